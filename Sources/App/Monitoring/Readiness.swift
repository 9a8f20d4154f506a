import Engine
import Logging
import ServiceLifecycle
import Storage
import Synchronization

/// Whether the hotline can do its work now, for a load balancer and whoever is woken at night. The database is asked every
/// other second, however many want to know.
actor Readiness: Service {
    private let store: any Store
    private let switchboard: SwitchboardService
    private let voice: any Voice
    private let logger: Logger

    /// Since when the database has owed us an answer; nil when it has given one.
    private nonisolated let askedAt = Mutex<ContinuousClock.Instant?>(.now)
    private var isAway = false

    private static let pause: Duration = .seconds(2)
    private let patience: Duration

    init(
        store: any Store, switchboard: SwitchboardService, voice: any Voice, patience: Duration, logger: Logger
    ) {
        self.store = store
        self.patience = patience
        self.switchboard = switchboard
        self.voice = voice
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.ask()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func ask() async {
        askedAt.withLock { $0 = .now }
        do {
            try await store.probe()
            if isAway { logger.notice("the database can be used again") }
            isAway = false
        } catch {
            if Task.isCancelled { return }
            if !isAway { logger.error("the database cannot be used", metadata: ["error": "\(error)"]) }
            isAway = true
        }
        askedAt.withLock { $0 = nil }
    }

    /// The database hangs: whoever asks it now would wait until it goes on, and is better told.
    nonisolated var isSilent: Bool {
        askedAt.withLock { $0.map { $0.duration(to: .now) > patience } ?? false }
    }

    struct Part: Sendable {
        let name: String
        /// What does not work, and what still does; nil when all is well.
        let problem: Sentence?
        /// Without it the hotline is not ready.
        let isNeeded: Bool
    }

    var parts: [Part] {
        get async {
            let database: Sentence? = isAway || isSilent ? Problem.databaseUnavailable.message : nil
            let journal: Sentence? =
                await switchboard.isJournalAvailable ? nil : Problem.journalUnavailable.message
            let sound: Sentence? = await voice.state == .on ? nil : Problem.voiceOff.message
            return [
                Part(name: "database", problem: database, isNeeded: true),
                Part(name: "journal", problem: journal, isNeeded: true),
                Part(name: "voice", problem: sound, isNeeded: false),
            ]
        }
    }
}
