import Engine

/// The particulars of what citizens tell: places of Yunxi, which is on no map, and names that are only half there.
enum DemoTelling {
    static let estates = [
        "云栖苑", "桂湖新村", "青石小区", "望江雅苑", "柳岸花园", "东篱小区", "松风里", "荷塘月苑", "梅岭人家", "石榴园", "南塘公寓",
        "听雨轩", "北渡新苑", "竹影佳园", "麦田里", "老船厂宿舍",
    ]
    static let streets = [
        "云溪大道与松涛路口", "桂花路中段", "青石街 36 号附近", "望江东路渡口公园旁", "柳岸路农贸市场门口", "荷塘街小学东侧",
        "梅岭路与集贤路口", "学府巷", "松涛路公交首末站", "石桥弄 12 号门前", "北渡路高架桥下", "南塘街 88 号门前", "竹影路街心花园",
        "麦田路地下通道",
    ]

    private static let surnames = [
        "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "罗", "郑",
    ]
    private static let lengths = ["三天", "四五天", "近一周", "十来天", "半个月", "一个多月", "两个月"]
    private static let recent = ["刚才", "十多分钟前", "半小时前"]
    private static let hours = ["今早 6 时许", "今天上午", "昨天中午", "昨天傍晚", "昨晚 11 时许", "凌晨 1 时至 4 时", "前天下午"]

    static func citizen(_ random: inout SeededRandom) -> String {
        random.pick(surnames) + random.pick(["女士", "先生", "先生", "女士", "阿姨", "师傅"])
    }

    /// Telephone numbers as long as a mobile's, in a range that is given to nobody: a call back in the demonstration rings
    /// no one.
    static func numbers(_ count: Int, random: inout SeededRandom) -> [String] {
        (0..<count).map { _ in "129" + String(String(random.int(100_000_000...199_999_999)).dropFirst()) }
    }

    /// Fills a matter's blanks.
    struct Particulars {
        let place: String
        let time: String
        private let building: String
        private let length: String
        private let count: String
        private let tens: String

        init(of matter: DemoMatter, random: inout SeededRandom) {
            building = "\(random.int(1...28)) 幢 \(random.int(1...4)) 单元"
            switch matter.place {
            case .estate: self.place = random.pick(estates)
            case .street: self.place = random.pick(streets)
            case .none: self.place = ""
            }
            time = random.pick(matter.urgency == .extraUrgent ? recent : hours)
            length = random.pick(lengths)
            count = String(random.int(3...40))
            tens = random.pick(["十", "二十", "三十"])
        }

        func fill(_ text: String) -> String {
            var filled = text
            for (blank, value) in [
                ("{place}", place), ("{building}", building), ("{time}", time), ("{length}", length),
                ("{count}", count),
                ("{tens}", tens),
            ] {
                filled = filled.replacing(blank, with: value)
            }
            return filled
        }
    }
}

/// One kind of thing that citizens call about, with blanks, and how it ends.
struct DemoMatter {
    enum Place { case estate, street, none }

    let kind: Kind
    /// Nil for what an agent answers herself.
    let body: BodyID?
    let place: Place
    let title: String
    let what: String
    let wish: String
    let answer: String
    var urgency = Urgency.ordinary
    var line: LineID = "12345"
    /// A branch of `DemoCentre`'s catalogue.
    private(set) var category = ""

    init(
        _ kind: Kind, _ body: BodyID?, _ place: Place, _ title: String, what: String, wish: String, answer: String,
        urgency: Urgency = .ordinary, line: LineID = "12345"
    ) {
        self.kind = kind
        self.body = body
        self.place = place
        self.title = title
        self.what = what
        self.wish = wish
        self.answer = answer
        self.urgency = urgency
        self.line = line
    }

    static let all =
        filed(housing, "estate") + filed(urban, "city") + filed(market, "market") + filed(safety, "safety")
        + filed(water, "supply") + filed(desk, "service")

    private static func filed(_ matters: [DemoMatter], _ category: String) -> [DemoMatter] {
        matters.map { matter in
            var matter = matter
            matter.category = category
            return matter
        }
    }
}
