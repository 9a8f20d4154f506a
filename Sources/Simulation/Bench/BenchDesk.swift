import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One agent's page as the hotline sees it: reads its event stream, answers the offer of voice, takes each call that is
/// offered, and hangs up after a while.
actor BenchDesk {
    private let session: BenchCentre.Session
    private let base: String
    private let http: HTTPClient
    private let hall: BenchHall

    private var readyAt: ContinuousClock.Instant?
    private var lastOffer: String?
    private var lastTalk: String?
    private var isHeard = false

    init(session: BenchCentre.Session, pages: String, http: HTTPClient, hall: BenchHall) {
        self.session = session
        self.base = pages + "/api/v1"
        self.http = http
        self.hall = hall
    }

    /// Until cancelled. A stream that ends by itself is a failure.
    func listen() async {
        await withDiscardingTaskGroup { group in
            do {
                var request = HTTPClientRequest(url: base + "/events")
                request.headers.add(name: "Cookie", value: "hotline_session=\(session.token)")
                let answer = try await http.execute(request, deadline: .distantFuture)
                guard answer.status == .ok else { throw Refused(what: "GET /events", status: answer.status.code) }
                group.addTask { await self.ask(.POST, "/desk/voice", expecting: .accepted) }
                var pending = ByteBuffer()
                for try await part in answer.body {
                    pending.writeImmutableBuffer(part)
                    while let event = Self.nextEvent(&pending) { take(event, &group) }
                    pending.discardReadBytes()
                }
                throw Refused(what: "the event stream ended", status: 0)
            } catch {
                if !Task.isCancelled { await hall.failed("\(error)") }
            }
        }
    }

    func becomeReady() async {
        readyAt = .now
        await ask(.PUT, "/desk/state", #"{"state":"ready"}"#)
    }

    private struct Refused: Error {
        let what: String
        let status: UInt
    }

    /// Topic and data of the next whole event.
    private static func nextEvent(_ buffer: inout ByteBuffer) -> (topic: Substring, data: Data)? {
        // Boards come each second to every desk, and only their ends matter here: not to be looked at byte by byte in Swift.
        let length = buffer.withUnsafeReadableBytes { bytes -> Int? in
            var from = 0
            while from < bytes.count, let start = bytes.baseAddress,
                let end = memchr(start + from, 10, bytes.count - from)
            {
                let next = UnsafeRawPointer(end) - start + 1
                if next < bytes.count, bytes[next] == 10 { return next + 1 }
                from = next
            }
            return nil
        }
        guard let length, let text = buffer.readString(length: length) else { return nil }
        guard text.hasPrefix("event: desk") || text.hasPrefix("event: voice") else { return ("", Data()) }
        let lines = text.split(separator: "\n")
        let data = lines.first { $0.hasPrefix("data: ") }?.dropFirst(6) ?? ""
        return (lines[0].dropFirst(7), Data(data.utf8))
    }

    private struct Voice: Codable {
        let leg: String
        let sdp: String
    }

    private struct Desk: Decodable {
        struct Offer: Decodable { let id: String }
        struct Call: Decodable {
            let id: String
            let phase: String
        }
        let state: String
        let offer: Offer?
        let call: Call?
    }

    private func take(_ event: (topic: Substring, data: Data), _ group: inout DiscardingTaskGroup) {
        if event.topic == "voice", let voice = try? JSONDecoder().decode(Voice.self, from: event.data) {
            guard let form = try? JSONEncoder().encode(voice) else { return }
            group.addTask {
                await self.ask(.PUT, "/desk/voice", String(decoding: form, as: UTF8.self))
                await self.heard()
            }
        }
        guard event.topic == "desk", let desk = try? JSONDecoder().decode(Desk.self, from: event.data) else { return }
        if let offer = desk.offer, offer.id != lastOffer {
            lastOffer = offer.id
            let lasted = readyAt.map { $0.duration(to: .now) }
            readyAt = nil
            group.addTask {
                if let lasted { await self.hall.offered(after: lasted) }
                await self.ask(.POST, "/desk/offers/\(offer.id)/acceptance")
            }
        }
        if let call = desk.call, call.phase == "talking", call.id != lastTalk {
            lastTalk = call.id
            group.addTask {
                try? await Task.sleep(for: self.hall.talk)
                guard !Task.isCancelled else { return }
                await self.ask(.DELETE, "/desk/call")
                await self.hall.isOut(self)
            }
        }
    }

    private func heard() async {
        guard !isHeard else { return }
        isHeard = true
        await hall.listens()
    }

    private func ask(
        _ method: HTTPMethod, _ path: String, _ form: String? = nil, expecting status: HTTPResponseStatus = .ok
    ) async {
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        request.headers.add(name: "Cookie", value: "hotline_session=\(session.token)")
        request.headers.add(name: "X-CSRF-Token", value: session.csrfToken)
        if let form {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: form))
        }
        do {
            let answer = try await http.execute(request, timeout: .seconds(60))
            let body = try await answer.body.collect(upTo: 1 << 20)
            if answer.status != status {
                await hall.failed("\(method) \(path): \(answer.status.code) \(String(buffer: body).prefix(200))")
            }
        } catch {
            if !Task.isCancelled { await hall.failed("\(method) \(path): \(error)") }
        }
    }
}

/// What the desks have in common: who is to be ready next, and what has been seen.
actor BenchHall {
    nonisolated let talk: Duration
    private(set) var offerMs: [Double] = []
    private(set) var failures = 0
    private(set) var ends: [Bool] = []
    private var listening = 0
    /// Those who are not on a call, longest out first.
    private var out: [BenchDesk] = []
    private var next = 0

    init(talk: Duration) {
        self.talk = talk
    }

    func listens() { listening += 1 }
    func admit(_ desks: [BenchDesk]) { out = desks }
    func isOut(_ desk: BenchDesk) { out.append(desk) }
    func offered(after lasted: Duration) { offerMs.append(lasted / .milliseconds(1)) }
    func ended(_ well: Bool) { ends.append(well) }

    func failed(_ what: String) {
        failures += 1
        if failures <= 10 { FileHandle.standardError.write(Data("failed: \(what)\n".utf8)) }
    }

    func makeOneReady() {
        guard next < out.count else { return failed("no desk is left to become ready") }
        let desk = out[next]
        next += 1
        // Ends with its request; the next must not wait for it.
        Task { await desk.becomeReady() }
    }

    struct NobodyCame: Error {}

    func until(listening count: Int) async throws {
        for _ in 0..<6000 where listening < count { try await Task.sleep(for: .milliseconds(20)) }
        if listening < count { throw NobodyCame() }
    }
}
