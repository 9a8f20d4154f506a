import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Storage
import Synchronization
import TestSupport
import Testing

@testable import App

/// A whole hotline in a folder of its own, without Telephony: real database, real journal, real switchboard, a clock that
/// stands still.
struct TestHotline: Sendable {
    let folder: URL
    let store: any Store
    let switchboard: SwitchboardService
    let topics: Topics
    let voice: PretendVoice
    let clock: TestClock
    let projector: CallProjector
    let recorded: Recorded
    let files: Vault
    let dependencies: Dependencies

    /// Sunday 2026-11-22, 14:05 in Hangzhou.
    static let start = Moment(milliseconds: 1_795_327_500_000)
    static let password = "a good password"
    static let logins: [(login: String, role: Role, agent: AgentID?, body: BodyID?)] = [
        ("chen", .agent, "5001", nil), ("wu", .agent, "5002", nil), ("lei", .leader, "6001", nil),
        ("housing", .officer, nil, "housing"), ("water", .officer, nil, "water"), ("director", .director, nil, nil),
        ("admin", .administrator, nil, nil),
    ]

    static func with(
        _ setup: TestingSetup = .router, timing: Topics.Timing = Topics.Timing(), metricsToken: String? = nil,
        mostExported: Int = OrderExport.most, mostLeaving: Int = Sheets.mostLeaving, proxies: [String] = [],
        centre change: @escaping @Sendable (inout Centre) -> Void = { _ in },
        _ test: @escaping @Sendable (TestHotline, any TestClientProtocol) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hotline-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await StoreKind.chosen.withLocation { location in
            let hotline = try await TestHotline(
                folder: folder, database: location, timing: timing, metricsToken: metricsToken,
                mostExported: mostExported, mostLeaving: mostLeaving, proxies: proxies, change)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await hotline.switchboard.run() }
                group.addTask { try await hotline.projector.run() }
                hotline.switchboard.tell(.configured(hotline.dependencies.centre.setup))
                hotline.switchboard.tell(.started)
                try await buildApplication(hotline.dependencies).test(setup) { try await test(hotline, $0) }
                group.cancelAll()
            }
            try await hotline.store.close()
        }
    }

    private init(
        folder: URL, database: DatabaseLocation, timing: Topics.Timing, metricsToken: String?, mostExported: Int,
        mostLeaving: Int, proxies: [String], _ change: (inout Centre) -> Void
    ) async throws {
        self.folder = folder
        for name in ["pages"] {
            try FileManager.default.createDirectory(
                at: folder.appendingPathComponent(name), withIntermediateDirectories: true)
        }
        try Data("<!doctype html>".utf8).write(to: folder.appendingPathComponent("pages/index.html"))
        try Data("export {};".utf8).write(to: folder.appendingPathComponent("pages/app.js"))
        let clock = TestClock(Self.start)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        store = try await database.openStore()
        self.clock = clock
        switchboard = try await SwitchboardService(
            journal: try await database.openJournal(), now: { clock.now },
            logger: logger)
        let projector = CallProjector(store: store, logger: logger)
        self.projector = projector
        let recorded = Recorded()
        self.recorded = recorded
        await switchboard.listen { entry in
            recorded.take(entry)
            await projector.take(entry)
        }
        topics = Topics(
            switchboard: switchboard, store: store, now: { clock.now }, logger: logger, timing: timing)
        voice = PretendVoice()
        var centre = try JSONDecoder().decode(Centre.self, from: Data(Self.centre.utf8))
        change(&centre)
        let ids = Counter()
        files = Vault(
            directory: folder.appendingPathComponent("files").path,
            keys: try FileKeyRing(dataDirectory: folder.path).keys(configured: []))
        let passwords = Passwords(cost: .forTests)
        var dependencies = Dependencies(
            store: store, switchboard: switchboard, topics: topics, voice: voice,
            centre: CentreVersion(centre: centre, version: 0, at: clock.now, savedBy: nil),
            catalogue: CurrentCatalogue(dataDirectory: folder.path),
            pages: folder.appendingPathComponent("pages").path,
            files: files, port: 0, now: { clock.now },
            newID: { "id-\(ids.next())" }, passwords: passwords, metricsTokenDigest: metricsToken.map(Secret.digest),
            logger: logger)
        // Hundreds of tests at once on two cores make a healthy database slow.
        dependencies.databasePatience = .seconds(600)
        dependencies.mostExported = mostExported
        dependencies.mostLeaving = mostLeaving
        dependencies.proxies = Proxies(proxies) ?? .none
        dependencies.sheetFolder = folder.appendingPathComponent("sheets").path
        try SheetFolder.prepare(dependencies.sheetFolder)
        self.dependencies = dependencies
        let hash = try await passwords.hash(Self.password)
        for each in Self.logins {
            try await store.save(
                StoredPerson(
                    id: PersonID("p-\(each.login)"), login: each.login, name: each.login.capitalized, role: each.role,
                    agent: each.agent, body: each.body, passwordHash: hash),
                by: .program, at: clock.now)
        }
    }

    private static let centre = """
        {"id": "main", "name": "测试受理中心", "englishName": "Test centre",
         "lines": [{"id": "gov", "number": "12345", "name": "政务热线", "englishName": "Government line", "queue": "gov",
                    "greeting": "gov", "script": [{"title": "问候", "englishTitle": "Greeting",
                    "text": "您好，{agent} 号为您服务", "englishText": "Agent {agent} speaking"}]}],
         "queues": [{"id": "gov", "name": "政务", "englishName": "Government", "offerSeconds": 18,
                     "wrapUpLimitSeconds": null, "capacity": 100}],
         "bodies": [{"id": "housing", "name": "住建局", "englishName": "Housing"},
                    {"id": "water", "name": "水务局", "englishName": "Water"}],
         "sites": [{"id": "hall", "name": "大厅", "englishName": "Hall"}],
         "agents": [{"id": "5001", "queues": ["gov"], "phone": null},
                    {"id": "5002", "queues": ["gov"], "phone": "sip:5002@192.0.2.7"},
                    {"id": "6001", "queues": ["gov"], "phone": null}, {"id": "9999", "queues": [], "phone": null}]}
        """

    /// Everything told so far is in the journal, and in the rows of calls.
    func settle() async throws {
        // Asking waits for the journal. It is asked of an agent whom no test looks at, and is never refused.
        try await switchboard.ask(.signedIn("9999", site: "hall"))
        while try await store.callsPosition() < recorded.last { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// A call that waits in the queue.
    func arrive(_ call: CallID, number: String = "13800001234") {
        switchboard.tell(.arrived(call, line: "gov", number: number))
        switchboard.tell(.greeted(call))
    }
}

/// The last position of the journal that changed a call's row.
final class Recorded: Sendable {
    private let position = Mutex<Int64>(0)

    var last: Int64 { position.withLock { $0 } }

    func take(_ entry: Recorder.Entry) {
        let changes = entry.actions.contains { if case .record = $0 { true } else { false } }
        if changes { position.withLock { $0 = entry.position } }
    }
}

final class TestClock: Sendable {
    private let moment: Mutex<Moment>

    init(_ start: Moment) { moment = Mutex(start) }

    var now: Moment { moment.withLock { $0 } }

    func advance(seconds: Int64) {
        moment.withLock { $0 = $0.adding(seconds: seconds) }
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}

/// A voice without sound. What is impossible throws.
actor PretendVoice: Voice {
    private(set) var state = VoiceState.on
    private var legs: [AgentID: String] = [:]
    private var made = 0

    func turn(_ state: VoiceState) { self.state = state }

    func open(for agent: AgentID) throws -> (leg: String, sdp: String) {
        made += 1
        legs[agent] = "leg-\(made)"
        return ("leg-\(made)", "v=0 offer \(made)")
    }

    func answer(agent: AgentID, leg: String, sdp: String) throws {
        guard legs[agent] == leg else { throw VoiceRefusal.unknownLeg }
        guard sdp.hasPrefix("v=0") else { throw VoiceRefusal.badAnswer }
    }

    func close(agent: AgentID) { legs[agent] = nil }
}
