import Testing

@testable import SIP

@Suite struct SessionDescriptionTests {
    @Test func audioIsFoundWithItsCodecs() throws {
        let session = try #require(
            SessionDescription(
                """
                v=0\r
                o=- 1 1 IN IP4 10.0.0.2\r
                s=-\r
                c=IN IP4 10.0.0.2/127\r
                t=0 0\r
                a=sendonly\r
                m=video 0 RTP/AVP 96\r
                m=audio 40000/2 RTP/AVP 8 0 18 111 101\r
                c=IN IP4 10.0.0.3\r
                a=rtpmap:111 opus/48000/2\r
                a=rtpmap:101 telephone-event/8000\r
                a=fmtp:101 0-15\r
                a=rtpmap:77 unlisted/8000\r

                """))
        let audio = try #require(session.audio)
        #expect(session.address == "10.0.0.2")
        #expect(audio.address == "10.0.0.3")
        #expect(audio.port == 40000)
        #expect(audio.direction == .send)
        #expect(audio.codecs.map(\.name) == ["PCMA", "PCMU", "G729", "opus", "telephone-event"])
        #expect(audio.codecs.last == .telephoneEvent)
        #expect(session.media.first?.port == 0)
    }

    @Test func whatIsWrittenReadsTheSame() throws {
        let session = SessionDescription(
            address: "2001:db8::1",
            media: [.init(port: 4000, codecs: [.pcmu, .telephoneEvent], direction: .none, address: "2001:db8::1")])
        #expect(SessionDescription(session.text(id: 1, version: 2)) == session)
        #expect(session.text(id: 1, version: 2).contains("o=- 1 2 IN IP6 2001:db8::1\r\n"))
    }

    @Test(arguments: [
        "", "v=1", "v=0\nm=audio", "v=0\nm=audio 70000 RTP/AVP 0", "v=0\nc=IN", "v=0\nx", "hello",
        "v=0" + String(repeating: "\nm=audio 1 RTP/AVP 0", count: 17), "v=0" + String(repeating: "\na=x", count: 1001),
    ]) func whatIsNoSessionIsRefused(text: String) {
        #expect(SessionDescription(text) == nil)
    }
}
