import Foundation
import Testing

@testable import Storage

struct FileKeyTests {
    @Test func whatOpensslPrintsIsRead() throws {
        let key = try FileKey(base64: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
        #expect(key.id == "3024fd1357870446")
    }

    @Test(arguments: [
        ("", FileKeyError.wrongSize(0)), ("AAECAwQFBgcICQoLDA0ODw==", .wrongSize(16)),
        ("correct horse battery staple", .notBase64), ("000102030405060708090a0b0c0d0e0f", .wrongSize(24)),
    ])
    func anythingElseIsRefusedAndNotRepeated(text: String, error: FileKeyError) {
        #expect(throws: error) { try FileKey(base64: text) }
        #expect(error.description.contains("openssl rand -base64 32"))
        #expect(text.isEmpty || !error.description.contains(text))
    }

    @Test func aKeyShowsItsIdAndNothingElse() throws {
        let bytes = Data((1...32).map { UInt8($0 * 7 % 256) })
        let key = try FileKey(base64: bytes.base64EncodedString())
        let keys = FileKeys(current: key, previous: [key])
        let vault = Vault(directory: "files", keys: keys)
        #expect("\(key)" == "file key \(key.id)")
        for thing in [key, keys, vault] as [Any] {
            var dumped = ""
            dump(thing, to: &dumped)
            for text in ["\(thing)", String(describing: thing), String(reflecting: thing), dumped] {
                #expect(text.contains(key.id))
                for form in [bytes.hexadecimal, bytes.base64EncodedString(), "\([UInt8](bytes))", "7, 14, 21"] {
                    #expect(!text.contains(form.dropFirst().dropLast()))
                }
                #expect(!text.contains("SymmetricKey"))
            }
        }
    }

    @Test func aDigestIs64LowerCaseDigits() {
        let text = String(repeating: "0123456789abcdef", count: 4)
        #expect(FileDigest(text)?.text == text)
        for wrong in [
            "", "ab", text + "0", String(text.dropLast()), text.uppercased(), "../" + text.dropFirst(3),
            "é" + text.dropFirst(2), "g" + text.dropFirst(),
        ] { #expect(FileDigest(wrong) == nil, "\(wrong)") }
    }
}
