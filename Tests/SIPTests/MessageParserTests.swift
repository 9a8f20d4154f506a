import Testing

@testable import SIP

/// Messages as they should, may and must not be, in the spirit of RFC 4475.
@Suite struct MessageParserTests {
    /// A plain request with one line or more changed.
    static func invite(
        first: String = "INVITE sip:12345@hotline.example SIP/2.0", _ lines: String = "", body: String = ""
    ) -> String {
        """
        \(first)
        Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1
        From: "Wang" <sip:13800000000@10.0.0.1>;tag=a
        To: <sip:12345@hotline.example>
        Call-ID: 1@10.0.0.1
        CSeq: 1 INVITE
        Contact: <sip:10.0.0.1>\(lines.isEmpty ? "" : "\n" + lines)

        \(body)
        """
    }

    @Test func everyFormOfWritingIsTheSameMessage() throws {
        let plain = try request(Self.invite("Max-Forwards: 70\nSubject: water, power\nX-Trunk: 7"))
        let odd = try request(
            """

            INVITE sip:12345@hotline.example SIP/2.0
            v:SIP  /  2.0
              /UDP   10.0.0.1 : 5060 ; BRANCH = z9hG4bK1
            f  :   Wang <sip:13800000000@10.0.0.1>
            \t;Tag = a
            TO : sip:12345@hotline.example
            i:1@10.0.0.1
            cseq:\t0001
              INVITE
            m: <sip:10.0.0.1>
            max-forwards:  0070\u{20}
            s: water,
              power
            x-trunk:7
            """)
        #expect(odd.vias[0].host == plain.vias[0].host)
        #expect(odd.vias[0].port == 5060)
        #expect(odd.vias[0].branch == plain.vias[0].branch)
        #expect(odd.from.tag == "a")
        #expect(odd.from.display == "Wang")
        #expect(odd.to.uri == plain.to.uri)
        #expect(odd.sequence == 1)
        #expect(odd.headers[first: "Subject"] == "water, power")
        #expect(odd.headers[first: "X-TRUNK"] == "7")
        #expect(odd.headers[all: "Contact"] == ["<sip:10.0.0.1>"])
        #expect(odd.fault == nil)
    }

    @Test func aMessageSurvivesWritingAndReading() throws {
        let first = try request(
            Self.invite(
                """
                Via: SIP/2.0/UDP b.example, SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK3;received=10.1.1.1
                Record-Route: <sip:10.0.0.9;lr>,<sip:10.0.0.8;lr;x="a,b">
                Content-Type: application/sdp
                """, body: "v=0"))
        let again = try MessageParser.parse(MessageWriter.bytes(of: first))
        #expect(again == .request(first))
        #expect(first.vias.count == 3)
        #expect(first.headers[all: "record-route"].count == 2)
        #expect(first.body == Array("v=0".utf8))
    }

    @Test func partiesAreUnderstood() throws {
        let cases: [(text: String, display: String?, user: String, tag: String?)] = [
            ("<sip:+8613800000000;phone-context=cn@10.0.0.1;user=phone>;tag=1", nil, "+8613800000000", "1"),
            (
                "\"A \\\"quoted\\\\ name, <sip:x@y>;tag=no\" <sip:a@b>;tag=yes", "A \"quoted\\ name, <sip:x@y>;tag=no",
                "a", "yes"
            ),
            ("tel:+86-10-12345;tag=2", nil, "+86-10-12345", "2"),
            ("Mr. J-Watson  <sips:%77atson@b.example:5061>", "Mr. J-Watson", "watson", nil),
            ("王 <sip:5001@[2001:db8::1]:5070;transport=udp>", "王", "5001", nil),
            ("sip:anonymous.invalid", nil, "", nil),
            ("<urn:service:sos>", nil, "service:sos", nil),
            ("<sip:user;par=u%40example.net@example.com>", nil, "user", nil),
        ]
        for (text, display, user, tag) in cases {
            let party = try #require(NameAddress(text), "\(text)")
            #expect(party.display == display, "\(text)")
            #expect(party.uri.user == user, "\(text)")
            #expect(party.tag == tag, "\(text)")
            #expect(NameAddress(party.description) == party, "\(text)")
        }
    }

    @Test(arguments: [
        "", "<>", "<sip:>", "sip:", "\"open <sip:a@b>", "<sip:a@b", "<sip:a@b>;", "<sip:a@b>;tag=", "<sip:a@b>x",
        "<sip:@b>", "<sip:a@>", "<sip:a@b:0>", "<sip:a@b:65536>", "<sip:a@b:99999999999999999999>", "<sip:a@[::1>",
        "a\"b <sip:a@b>", "sip:a@b?x=y", "sip:a@b,sip:c@d", "<sip:a b@c>", "<1sip:a@b>", "\"a\\",
    ]) func brokenPartiesAreRefused(text: String) {
        #expect(NameAddress(text) == nil)
    }

    @Test func faultsThatCanBeAnsweredAre() throws {
        let cases: [(text: String, fault: ParseError)] = [
            (Self.invite("Content-Length: 9999"), .contentLength),
            (Self.invite("Content-Length: -1"), .contentLength),
            (Self.invite("Content-Length: 99999999999999999999999"), .contentLength),
            (Self.invite("Content-Length: 0\nl: 1"), .contentLength),
            (Self.invite("Max-Forwards: 256"), .header("Max-Forwards")),
            (Self.invite("no colon here"), .header("header line")),
            (Self.invite("bad name: x"), .header("header name")),
            (Self.invite(first: "INVITE <sip:1@b> SIP/2.0"), .uri),
            (Self.invite(first: "INVITE sip:1@b; lr SIP/2.0"), .uri),
            (Self.invite(first: "INVITE  sip:1@b SIP/2.0"), .uri),
            (Self.invite(first: "INVITE sip:1@b SIP/7.0"), .version),
            (Self.invite(first: "INVITE sip:1@b SIP/2.0 "), .version),
            (Self.invite(first: "REGISTER sip:1@b SIP/2.0"), .sequenceMethod),
        ]
        for (text, fault) in cases {
            let broken = try request(text)
            #expect(broken.fault == fault, "\(text)")
        }
    }

    @Test func whatCannotBeAnsweredIsRefused() {
        let plain = Self.invite()
        let cases: [(text: String, error: ParseError)] = [
            ("", .empty), ("\n\n", .empty),
            (plain.replacing("INVITE sip:12345@hotline.example SIP/2.0", with: "GET"), .startLine),
            (plain.replacing("INVITE sip", with: "INV@TE sip"), .startLine),
            (plain.replacing("SIP/2.0/UDP 10", with: "SIP/2.0/UDP:10"), .header("Via")),
            (plain.replacing("Via:", with: "Vio:"), .missing("Via")),
            (plain.replacing("CSeq: 1 ", with: "CSeq: 2147483648 "), .header("CSeq")),
            (plain.replacing("CSeq: 1 ", with: "CSeq: 36893488147419103232 "), .header("CSeq")),
            (plain.replacing("CSeq: 1 ", with: "CSeq: 1"), .header("CSeq")),
            (plain.replacing("To: <", with: "To: <<"), .header("To")),
            (plain.replacing("1@10.0.0.1\nCSeq", with: "1 2\nCSeq"), .header("Call-ID")),
            (plain.replacing("tag=a", with: "tag=" + String(repeating: "a", count: 257)), .header("From")),
            (Self.invite("From: <sip:x@y>"), .repeated("From")),
            (Self.invite("i: again"), .repeated("Call-ID")),
            (Self.invite(Array(repeating: "X: y", count: 200).joined(separator: "\n")), .tooManyHeaders),
            (
                Self.invite("Via: " + Array(repeating: "SIP/2.0/UDP x", count: 70).joined(separator: ",")),
                .tooManyHeaders
            ),
            (plain.replacing("INVITE sip:12345@hotline.example SIP/2.0", with: "SIP/2.0 99 No"), .status),
            (plain.replacing("INVITE sip:12345@hotline.example SIP/2.0", with: "SIP/2.0 4294967301 No"), .status),
            (plain.replacing("INVITE sip:12345@hotline.example SIP/2.0", with: "SIP/3.0 200 OK"), .version),
        ]
        for (text, error) in cases {
            #expect(throws: error, "\(text)") { try MessageParser.parse(wire(text)) }
        }
        #expect(throws: ParseError.tooLong) { try MessageParser.parse([UInt8](repeating: 65, count: 65_536)) }
    }

    @Test func theBodyEndsWhereContentLengthSays() throws {
        #expect(try request(Self.invite("Content-Length: 3", body: "v=0\nmore")).body == Array("v=0".utf8))
        #expect(try request(Self.invite(body: "v=0")).body == Array("v=0".utf8))
    }

    @Test func responsesAreRead() throws {
        let head = Self.invite().split(separator: "\n").dropFirst().joined(separator: "\n")
        for (line, status, reason) in [
            ("SIP/2.0 200 OK", 200, "OK"), ("SIP/2.0 180 ", 180, ""), ("SIP/2.0 486", 486, ""),
            ("SIP/2.0 404 Номер не найден", 404, "Номер не найден"), ("sip/2.0 699 x", 699, "x"),
        ] {
            guard line.hasPrefix("SIP/") else { continue }
            guard case .response(let response) = try parsed(line + "\n" + head) else {
                Issue.record("\(line) is no response")
                continue
            }
            #expect(response.status == status)
            #expect(response.reason == reason)
        }
    }

    @Test func nothingWrittenCanStartALineOfItsOwn() throws {
        var request = try request(Self.invite())
        request.from.display = "x\r\nEvil: yes"
        request.headers.append("X-Note", "a\r\n\r\nbody")
        guard case .request(let again) = try MessageParser.parse(MessageWriter.bytes(of: request)) else { return }
        #expect(again.headers[first: "Evil"] == nil)
        #expect(again.headers[first: "X-Note"] == "a    body")
        #expect(again.body.isEmpty)
    }

    @Test func invalidUTF8IsCarriedAsReplacement() throws {
        var bytes = wire(Self.invite())
        let name = try #require(bytes.firstIndex(of: UInt8(ascii: "W")))
        bytes[name] = 0xff
        guard case .request(let request) = try MessageParser.parse(bytes) else { return }
        #expect(request.from.display == "\u{fffd}ang")
    }

    @Test func addressesAreLiterals() {
        for text in [
            "1.2.3.4", "::", "::1", "1::", "2001:db8::1", "[2001:db8::1]", "1:2:3:4:5:6:7:8", "::ffff:1.2.3.4",
        ] {
            #expect(IPAddress(text) != nil, "\(text)")
        }
        for text in [
            "", "1.2.3", "1.2.3.256", "1.2.3.4.5", "a.example", ":::", "1::2::3", ":1", "1:", "12345::", "[::1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:8:9", "::g",
        ] {
            #expect(IPAddress(text) == nil, "\(text)")
        }
        #expect(IPAddress("::ffff:1.2.3.4") == IPAddress("1.2.3.4"))
        #expect(IPAddress("2001:db8:0:0:0:0:0:1") == IPAddress("2001:db8::1"))
    }

    @Test func theClosestTrustedPeerDecides() throws {
        var configuration = Configuration(advertised: Network.alice, trustedPeers: [])
        configuration.trustedPeers = try [
            #require(TrustedPeer("10.0.0.0/8", kind: .device)), #require(TrustedPeer("10.0.0.1", kind: .trunk)),
            #require(TrustedPeer("10.0.0.1:5080", kind: .device)),
        ]
        func kind(_ ip: String, _ port: UInt16) -> TrustedPeer.Kind? {
            configuration.peer(at: PeerAddress(ip: ip, port: port))?.kind
        }
        #expect(kind("10.9.9.9", 5060) == .device)
        #expect(kind("10.0.0.1", 5060) == .trunk)
        #expect(kind("10.0.0.1", 5080) == .device)
        #expect(kind("11.0.0.1", 5060) == nil)
        for text in ["", "trunk.example", "10.0.0.1/33", "10.0.0.1/-1", "10.0.0.1:0", "10.0.0.1:70000", "10.0.0.1/"] {
            #expect(TrustedPeer(text, kind: .trunk) == nil, "\(text)")
        }
    }
}
