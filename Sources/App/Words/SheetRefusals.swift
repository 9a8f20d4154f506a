import HTTPTypes
import Storage

/// Why a sheet is not taken, or not made.
extension Problem {
    static let sheetsBusy = Problem(
        .serviceUnavailable, .tooBusy,
        Sentence("现在有人在导入或导出，请稍候再试。", "Somebody is importing or exporting just now; try again in a moment."),
        headers: [.retryAfter: "10"])

    static let badSheet = sheet(
        "只接收 CSV 文件（.csv）和 Excel 工作簿（.xlsx），最大 5 MB；旧的 .xls 请另存为 .xlsx。",
        "Only CSV files (.csv) and Excel workbooks (.xlsx) of at most 5 MB are taken; save an old .xls as .xlsx.")
    static let badEncoding = sheet(
        "这个文件的文字编码读不出来，请在 Excel 中另存为“CSV UTF-8”或 .xlsx。",
        "The text of this file could not be read; save it in Excel as CSV UTF-8 or as .xlsx.")
    static let badWorkbook = sheet(
        "这个工作簿读不出来，可能已损坏或内容太多。请把要导入的表格放在第一张工作表，删去多余的行列，或另存为 CSV。",
        "This workbook could not be read; it may be damaged or hold too much. Put the table on the first sheet, "
            + "delete what else is there, or save it as CSV.")
    static let noWorkbooks = sheet(
        "这台服务器没有安装 python3-openpyxl，读不了 Excel 工作簿，请另存为 CSV。",
        "This server has no python3-openpyxl, so it cannot read Excel workbooks; save the file as CSV.")
    static let emptySheet = sheet(
        "文件里没有要导入的行。第一行是列名，下面每行一件。",
        "There is no row to import. The first row names the columns; each row below is a matter.")

    static func openQuote(row: Int) -> Problem {
        sheet(
            "第 \(row) 行的引号没有成对，请检查后重试。", "A quotation mark in row \(row) is never closed; mend it and try again.")
    }

    static func tooWide(row: Int) -> Problem {
        sheet("第 \(row) 行的列太多，请删去多余的列。", "Row \(row) has too many columns; delete those that do not belong.")
    }

    static func badHeadings(_ fields: [FieldProblem]) -> Problem {
        Problem(
            .unprocessableContent, .badSheet,
            Sentence("第一行的列名有问题，请对照模板修改。", "Some headings in the first row are wrong; compare them with the template."),
            fields: fields)
    }

    static func badRows(_ count: Int, _ fields: [FieldProblem]) -> Problem {
        Problem(
            .unprocessableContent, .badSheet,
            Sentence(
                "有 \(count) 行需要修改，一件也没有导入。", "\(count) rows need correcting; nothing was imported."),
            fields: fields)
    }

    static func tooManyRows(_ most: Int) -> Problem {
        Problem(
            .unprocessableContent, .tooManyRows,
            Sentence("一次最多导入 \(most) 行，请分成几个文件。", "At most \(most) rows can be imported at once; split the file."))
    }

    static func tooManyOrders(_ most: Int) -> Problem {
        Problem(
            .unprocessableContent, .tooManyRows,
            Sentence(
                "符合条件的工单超过 \(most) 件，一次导不出来。请缩小筛选范围，例如按月份分几次导出。",
                "More than \(most) orders match, too many for one file. Narrow the filter, such as to a month."
            ))
    }

    private static func sheet(_ zh: String, _ en: String) -> Problem {
        Problem(.unprocessableContent, .badSheet, Sentence(zh, en))
    }
}

/// What is wrong in one cell.
extension Sentence {
    static let unknownColumn = Sentence(
        "没有这一列，请改名或删去；可用的列名见模板。", "There is no such column; rename or delete it. The template has those there are.")
    static let missingColumn = Sentence("缺少这一列。", "This column is missing.")
    static let columnTwice = Sentence("这一列出现了不止一次。", "This column is there more than once.")
    static let cellWithoutColumn = Sentence(
        "这一行的内容超出了有列名的列。", "This row goes on beyond the last column with a heading.")
    static let example = Sentence("这是模板里的示例，请删去这一行。", "This is the template's example; delete the row.")
    static let unknownLine = Sentence("没有这条热线，请填写热线名称或号码。", "There is no such line; give its name or number.")
    static let unknownCategory = Sentence("没有这个类别，请填写类别名称。", "There is no such category; give its name.")
    static let unknownBody = Sentence("没有这个承办单位，请填写单位名称。", "There is no such body; give its name.")

    static func longTag(_ most: Int) -> Sentence {
        Sentence("每个标签最多 \(most) 个字。", "Each tag has at most \(most) characters.")
    }

    static func repeats(row: Int) -> Sentence {
        Sentence("与第 \(row) 行重复，请删去一行。", "This repeats row \(row); delete one of them.")
    }

    static func referenceTaken(_ number: String) -> Sentence {
        Sentence(
            "这个来文编号已导入为工单 \(number)，但内容不同；如是另一件事，请换一个编号。",
            "This number of theirs was imported as order \(number) with other contents; for another matter give another."
        )
    }

    static func oneOf(_ words: [Sentence]) -> Sentence {
        Sentence(
            "请从这些中选择：\(words.map(\.zh).joined(separator: "、"))。",
            "Choose one of: \(words.map(\.en).joined(separator: ", ")).")
    }
}
