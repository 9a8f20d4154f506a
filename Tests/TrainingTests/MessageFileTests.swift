import Foundation
import Testing

@testable import Training

@Suite struct MessageFileTests {
    private static let text = "label\tsubject\tdetail\n水务局\t没有水\t三天了\n运输局\t\"\"\"7路\"\"车\"\t\n"

    /// `printf 'subject\tdetail\n水管\t坏了\n' | gzip -n`
    private static let gzip = Data(
        base64Encoded: "H4sIAAAAAAAAAysuTcpKTS7hTEktSczM4Xq2YcvzdQs5n87tf7KrjQsAAauF0B0AAAA=")!

    private func rows(_ text: String, _ columns: [String] = ["subject", "detail"]) throws -> [[String]] {
        try MessageFile(Data(text.utf8), columns: columns).rows
    }

    private func problem(
        _ data: Data, mostBytes: Int = MessageFile.mostBytes, mostMessages: Int = MessageFile.mostMessages
    ) -> String? {
        do throws(MessageFile.Problem) {
            _ = try MessageFile(
                data, columns: ["subject", "detail"], mostBytes: mostBytes, mostMessages: mostMessages)
            return nil
        } catch { return error.description }
    }

    @Test func findsColumnsByTheirNames() throws {
        #expect(try rows(Self.text) == [["没有水", "三天了"], ["\"7路\"车", ""]])
        #expect(try rows(Self.text, ["detail", "label"]) == [["三天了", "水务局"], ["", "运输局"]])
        #expect(try rows("\u{FEFF}subject\tdetail\r\na\tb\r\n") == [["a", "b"]])
        #expect(try rows("subject\tdetail\na\tb") == [["a", "b"]])
        #expect(try rows("subject\tdetail\n") == [])
    }

    @Test func takesQuotationMarksOffOnlyWhereASpreadsheetPutThem() throws {
        #expect(try rows("subject\tdetail\n\"甲\"\"乙\"\t\"甲\"和\"乙\"\n") == [["甲\"乙", "\"甲\"和\"乙\""]])
        #expect(try rows("subject\tdetail\n\"\t\"\"\n") == [["\"", ""]])
        #expect(try rows("subject\tdetail\n\"甲\t乙\"\n") == [["\"甲", "乙\""]])
    }

    @Test func refusesABadLineWithItsNumber() {
        #expect(problem(Data("subject\tdetail\na\tb\nc\n".utf8)) == "line 3 has 1 columns, the header 2")
        #expect(problem(Data("subject\tdetail\n\na\tb\n".utf8)) == "line 2 has 1 columns, the header 2")
        #expect(problem(Data("subject\tdetail\na\t".utf8) + [0xFF]) == "line 2 is not UTF-8; save the file as UTF-8")
        #expect(problem(Data("a\tb\n".utf8))?.contains("no column subject") == true)
        #expect(problem(Data())?.contains("empty") == true)
        #expect(problem(Data(Self.text.utf8), mostBytes: 10)?.contains("larger than 10") == true)
    }

    /// A small gzip file unpacks to as many line breaks or tabs as there may be bytes; each would be a value of its own.
    @Test func staysWithinItsBounds() {
        let long = String(repeating: "\t", count: MessageFile.longestLine)
        #expect(problem(Data("subject\tdetail\na\tb\n\(long)\n".utf8)) == "line 3 has 1048577 columns, the header 2")
        #expect(
            problem(Data("subject\tdetail\na\tb\n\(long)\t\n".utf8))?.contains("line 3 is longer than 1048576") == true)
        #expect(problem(Data("\(long)\t\n".utf8))?.contains("line 1 is longer than 1048576") == true)
        let two = Data("subject\tdetail\na\tb\nc\td\n".utf8)
        #expect(problem(two, mostMessages: 2) == nil)
        #expect(problem(two, mostMessages: 1) == "it has more than 1 messages; leave some out")
    }

    @Test func refusesALineWithoutLabel() throws {
        func problem(_ label: String) throws -> String? {
            let file = try MessageFile(
                Data("label\tsubject\tdetail\na\tb\tc\n\(label)\tb\tc\n".utf8), columns: ["label", "subject", "detail"])
            do throws(MessageFile.Problem) {
                _ = try MessageFile.labelled(file, name: "f")
                return nil
            } catch { return error.description }
        }
        #expect(try problem("b") == nil)
        #expect(try problem(" ") == "f: line 3 has no label")
        #expect(try problem(String(repeating: "长", count: 100))?.contains("line 3 has a label of more than") == true)
    }

    @Test func saysThatAFileIsNotThere() {
        #expect(throws: MessageFile.Problem.self) { try MessageFile(path: "/nowhere/messages.tsv", columns: []) }
    }

    @Test func unpacksGzipMemberByMember() throws {
        let expected = [["水管", "坏了"]]
        #expect(try MessageFile(Self.gzip, columns: ["subject", "detail"]).rows == expected)
        let twice = try MessageFile(Self.gzip + Self.gzip, columns: ["subject", "detail"])
        #expect(twice.rows == expected + [["subject", "detail"]] + expected)
    }

    @Test func refusesGzipThatIsCutOffDamagedOrTooLarge() {
        for length in 2..<Self.gzip.count {
            #expect(problem(Self.gzip.prefix(length))?.contains("copy it again") == true)
        }
        for place in Self.gzip.indices.dropFirst(2) {
            var changed = Self.gzip
            changed[place] ^= 0xFF
            _ = problem(changed)
        }
        var changed = Self.gzip
        changed[changed.count - 6] ^= 1
        #expect(problem(changed)?.contains("damaged") == true)
        #expect(problem(Self.gzip + [0, 0])?.contains("damaged") == true)
        #expect(problem(Self.gzip, mostBytes: 20)?.contains("more than 20 bytes") == true)
    }
}
