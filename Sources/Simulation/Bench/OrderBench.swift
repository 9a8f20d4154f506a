import Engine
import Foundation
import Storage

/// Many orders: how long they take to load and what they weigh, and how long searches, lists and new orders then take over
/// HTTP with a real `hotline serve` between.
package struct OrderBench: Sendable {
    package var rows: Int
    package var location: DatabaseLocation
    /// Of the server; the database itself, if it is SQLite.
    package var data: String
    package var clients: Int
    package var seconds: Int
    package var program: String
    package var passwordHash: @Sendable (String) async throws -> String
    /// Told as it goes on, for whoever waits.
    package var progress: @Sendable (String) -> Void

    package init(
        rows: Int, location: DatabaseLocation, data: String, clients: Int, seconds: Int, program: String,
        passwordHash: @escaping @Sendable (String) async throws -> String,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.rows = rows
        self.location = location
        self.data = data
        self.clients = clients
        self.seconds = seconds
        self.program = program
        self.passwordHash = passwordHash
        self.progress = progress
    }

    /// What was seen at one number of rows. Times are in milliseconds, from a request to the end of its answer.
    package struct Result: Sendable, Codable {
        package var rows: Int
        package var loadedRows: Int
        package var loadSeconds: Double
        package var indexSeconds: Double
        package var bytesPerOrder: Int64
        package var searches: [Timing]
        package var lists: [Timing]
        package var created: Creation?
        package var serverMemoryMB: Double
    }

    package struct Timing: Sendable, Codable {
        package var name: String
        package var times: Int
        package var p50: Double
        package var p95: Double
        package var most: Double

        init(_ name: String, _ times: [Duration]) {
            let sorted = times.map { $0 / .milliseconds(1) }.sorted()
            self.name = name
            self.times = sorted.count
            p50 = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
            p95 = sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * 95 / 100)]
            most = sorted.last ?? 0
        }
    }

    package struct Creation: Sendable, Codable {
        package var clients: Int
        package var perSecond: Double
        package var timing: Timing
    }

    /// Measures at ten thousand rows, at each ten times as many and at `rows`; new orders only at the end. A database that an
    /// earlier run has filled is gone on with.
    package func run() async throws -> [Result] {
        let sizes = Set([10_000, 100_000, 1_000_000, 10_000_000].filter { $0 < rows } + [rows]).sorted()
        var results: [Result] = []
        for size in sizes {
            let loaded = try await load(upTo: size)
            progress("\(size) rows: \(loaded.count) loaded in \(Int(loaded.loadSeconds)) s")
            // Those that are there already were measured by the run that loaded them.
            if loaded.count == 0, size < rows { continue }
            results.append(try await measure(size, loaded, creating: size == rows))
        }
        return results
    }

    private func measure(_ size: Int, _ loaded: Loaded, creating: Bool) async throws -> Result {
        let password = UUID().uuidString
        try await prepareLeader(password: password)
        let server = try await BenchServer(
            program: program, data: data, arguments: [], environment: databaseEnvironment)
        defer { server.stop() }
        let usage = ProcessUsage(pid: server.pid)
        let client = try await BenchClient(pages: server.pages, login: Self.leader.login, password: password)
        progress("\(size) rows: searching")
        let searches = try await timeSearches(size, client)
        progress("\(size) rows: paging")
        let lists = try await timeLists(client)
        var created: Creation?
        if creating {
            progress("\(size) rows: creating")
            created = try await create(client)
        }
        try await client.close()
        return Result(
            rows: size, loadedRows: loaded.count, loadSeconds: loaded.loadSeconds, indexSeconds: loaded.indexSeconds,
            bytesPerOrder: loaded.bytes / Int64(size), searches: searches, lists: lists, created: created,
            serverMemoryMB: usage.used().highestMB)
    }

    private var databaseEnvironment: [String: String] {
        switch location {
        case .sqlite: [:]
        case .postgres(let url): ["HOTLINE_DATABASE": url]
        }
    }

    // MARK: Searches

    private static let searchesPerClass = 40

    private func timeSearches(_ size: Int, _ client: BenchClient) async throws -> [Timing] {
        let words = BenchWords(rows: size)
        var timings: [Timing] = []
        for (name, queries) in words.classes(Self.searchesPerClass) {
            var times: [Duration] = []
            for query in queries { times.append(try await client.timed("/orders", ["q": query]).time) }
            timings.append(Timing(name, times))
        }
        return timings
    }

    // MARK: Lists

    private static let timesEachList = 20

    /// Every list that a page asks for: its first page and its hundredth.
    private func timeLists(_ client: BenchClient) async throws -> [Timing] {
        let lists: [(name: String, query: [String: String])] = [
            ("newest", [:]), ("by deadline", ["sort": "due"]),
            ("of a state", ["state": "followedUp"]), ("of a state, by deadline", ["state": "signed", "sort": "due"]),
            ("of a large body", ["body": "body-1"]), ("of a small body", ["body": "body-250"]),
            ("of a body, by deadline", ["body": "body-2", "sort": "due"]),
            ("of a body and state", ["body": "body-3", "state": "closed"]),
            ("of a common kind", ["kind": "complaint"]), ("of a rare kind", ["kind": "praise"]),
            ("of a kind that never comes", ["kind": "report"]), ("urgent", ["urgency": "urgent"]),
            ("extra urgent", ["urgency": "extra-urgent"]), ("taken by one agent", ["agent": "10007"]),
            ("overdue", ["due": "overdue", "sort": "due"]), ("due today", ["due": "today", "sort": "due"]),
        ]
        var timings: [Timing] = []
        for list in lists {
            var (first, hundredth): ([Duration], [Duration]) = ([], [])
            var query = list.query
            for page in 1...100 {
                if page == 1 || page == 100 {
                    for _ in 0..<Self.timesEachList {
                        let time = try await client.timed("/orders", query).time
                        if page == 1 { first.append(time) } else { hundredth.append(time) }
                    }
                }
                guard let next = try await client.timed("/orders", query).next else { break }
                query["cursor"] = next
            }
            timings.append(Timing("\(list.name), first page", first))
            if !hundredth.isEmpty { timings.append(Timing("\(list.name), hundredth page", hundredth)) }
        }
        return timings
    }

    // MARK: New orders

    /// As many forms are made before the clock runs, for a minute at most, which are some 100 MB; any more are made while it
    /// does, on the processors that the hotline needs.
    private static let formsReadyPerSecond = 3_000

    private func create(_ client: BenchClient) async throws -> Creation {
        let maker = ComplaintMaker(seed: UInt64.random(in: .min ... .max))
        let forms = try (0..<min(seconds, 60) * Self.formsReadyPerSecond).map {
            try BenchClient.form(maker.complaint($0))
        }
        let began = ContinuousClock.now
        let end = began + .seconds(seconds)
        let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for number in 0..<clients {
                group.addTask {
                    var times: [Duration] = []
                    var next = number
                    while ContinuousClock.now < end {
                        let form =
                            next < forms.count ? forms[next] : try BenchClient.form(maker.complaint(next))
                        times.append(try await client.create(form: form))
                        next += clients
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        let lasted = (ContinuousClock.now - began) / .seconds(1)
        return Creation(
            clients: clients, perSecond: Double(times.count) / lasted, timing: Timing("create an order", times))
    }
}
