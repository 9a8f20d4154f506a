import Testing

@testable import Telephony

struct BencodeTests {
    @Test(arguments: [
        (Bencode.integer(-42), "i-42e"),
        (.integer(.min), "i-9223372036854775808e"),
        (.text("热线"), "6:热线"),
        (.list([]), "le"),
        (.dictionary(["b": 1, "a": .list(["x", .dictionary(["y": 2])])]), "d1:al1:xd1:yi2eee1:bi1ee"),
    ])
    func aValueAndItsBytes(value: Bencode, text: String) throws {
        #expect(String(decoding: value.encoded(), as: UTF8.self) == text)
        #expect(try Bencode(decoding: text.utf8) == value)
    }

    @Test(arguments: [
        "", "i", "ie", "i1", "i1x", "i99999999999999999999e", "5:abc", "-1:", "9223372036854775807:a", ":", "l", "d",
        "d1:a", "d1:ae", "di1ei2ee", "i1ei2e", "x", "4294967296:", "d2:aai1e",
    ])
    func damageIsRefused(text: String) {
        #expect(throws: Bencode.Malformed.self) { try Bencode(decoding: text.utf8) }
    }

    @Test func depthIsBounded() {
        let deep = String(repeating: "l", count: 30_000) + String(repeating: "e", count: 30_000)
        #expect(throws: Bencode.Malformed.tooDeep) { try Bencode(decoding: deep.utf8) }
        #expect(throws: Bencode.Malformed.tooLarge) {
            try Bencode(decoding: [UInt8](repeating: 0x6c, count: 65_536))
        }
    }

    /// Every prefix of a real reply, and the reply with every byte changed, is refused or read; nothing traps.
    @Test func noBytesTrap() throws {
        let reply: Bencode = ["result": "ok", "calls": ["hl-a", "hl-b"], "totals": ["RTP": ["packets": 808]]]
        let bytes = reply.encoded()
        for end in 0..<bytes.count {
            #expect(throws: Bencode.Malformed.self) { try Bencode(decoding: bytes[..<end]) }
        }
        for index in bytes.indices {
            for value in [0, 0x2d, 0x30, 0x39, 0x3a, 0x64, 0x65, 0x69, 0x6c, 0xff] as [UInt8] {
                var changed = bytes
                changed[index] = value
                _ = try? Bencode(decoding: changed)
            }
        }
    }
}
