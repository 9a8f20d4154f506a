import Engine
import HTTPTypes
import Hummingbird
import ServiceLifecycle
import Storage

/// The stream of server-sent events that keeps a page right.
enum EventOperations {
    static let all: [Operation] = [
        Operation(
            id: "listen", method: .get, path: "/events",
            summary: Sentence("事件流", "Server-sent events: whatever changes on the page"), access: .signedIn,
            answers: [Operation.Answered(status: .ok, body: .media(["text/event-stream"]))],
            refusals: [.serviceUnavailable], handle: listen)
    ]

    private static func listen(_ exchange: Exchange) async throws -> Answer {
        let office = exchange.office
        guard await !office.topics.isFull else { throw Problem.tooManyStreams }
        let last = exchange.request.headers[.lastEventID].flatMap { Int64($0) }
        let caller = exchange.me
        let request = exchange.request
        let headers: HTTPFields = [
            .contentType: "text/event-stream; charset=utf-8",
            // A proxy that gathers the stream would keep a ringing call from the page.
            .accelBuffering: "no",
        ]
        let body = ResponseBody { writer in
            var writer = writer
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                // Opened only now: a client that is gone before its answer began would leave a reader nobody closes.
                let stream = await office.topics.open(for: caller, after: last)
                do {
                    try await write(stream.wakes, of: stream.id, to: &writer, office, caller)
                } catch {
                    await office.topics.close(stream.id)
                    throw error
                }
                await office.topics.close(stream.id)
            }
            try await writer.finish(nil)
        }
        return Answer(response: Response(status: .ok, headers: headers, body: body))
    }

    private static func write(
        _ wakes: AsyncStream<Void>, of id: Topics.ReaderID, to writer: inout any ResponseBodyWriter, _ office: Office,
        _ caller: Caller
    ) async throws {
        for await _ in wakes.cancelOnGracefulShutdown() {
            guard let news = try await office.topics.take(id) else { return }
            for frame in try await frames(news, of: id, office, caller) {
                try await writer.write(ByteBuffer(string: frame))
            }
            if let offer = news.desk?.state.offered?.offer.id { office.switchboard.offerTimes.wasSent(offer) }
        }
    }

    /// The events as they go out, oldest first, so that the last id a page has seen covers all before it. `viewing` and `hello`
    /// have no id and leave it as it was.
    private static func frames(
        _ news: Topics.News, of id: Topics.ReaderID, _ office: Office, _ caller: Caller
    ) async throws -> [String] {
        var frames: [(position: Int64, text: String)] = []
        func add(_ topic: Topics.Topic, _ position: Int64, _ value: JSON) { add(topic, position, text: value.text) }
        func add(_ topic: Topics.Topic, _ position: Int64, text: String) {
            frames.append((position, "event: \(topic.rawValue)\nid: \(position)\ndata: \(text)\n\n"))
        }
        if news.topics.contains(.desk), let desk = news.desk {
            let view = try await office.desks.view(
                desk.state, name: caller.person.name, counting: news.countsToday)
            add(.desk, desk.position, view)
        }
        if news.topics.contains(.voice), let voice = news.voice {
            add(.voice, voice.position, ["leg": .string(voice.leg), "sdp": .string(voice.sdp)])
        }
        if news.topics.contains(.missed), let missed = news.missed {
            add(.missed, missed.position, ["open": JSON(missed.open)])
        }
        if news.topics.contains(.alerts), let last = news.alerts.last {
            add(.alerts, last.position, ["alerts": .array(news.alerts.map(\.view))])
        }
        for change in news.orders {
            add(.orders, change.position, ["changed": JSON(change.id), "version": JSON(change.version)])
        }
        if news.topics.contains(.board) {
            // A board that is not told for a while says so itself; the stream goes on without the database.
            do {
                add(.board, news.position, text: try await office.boards.current(for: caller).text)
            } catch let error as StorageError where error.isPassing {}
        }
        frames.sort { $0.position < $1.position }
        var texts = frames.map(\.text)
        if let (order, others) = news.viewing {
            let view: JSON = [
                "order": JSON(order),
                "others": .array(others.map { ["name": .string($0.name), "since": JSON($0.since)] }),
            ]
            texts.append("event: viewing\ndata: \(view.text)\n\n")
        }
        // By the stream's number a page says which order it shows; by the centre's version it knows when names are new.
        let hello: JSON = [
            "time": JSON(office.now()), "stream": JSON(id), "centre": JSON(office.currentCentre.version.version),
        ]
        if news.topics.contains(.hello) { texts.append("event: hello\ndata: \(hello.text)\n\n") }
        return texts
    }
}
