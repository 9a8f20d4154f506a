import Engine
import Logging
import ServiceLifecycle
import Storage

/// The live switchboard: one inbox, one recorder, one journal.
///
/// Events are handled in the order they arrive. Their actions are carried out after the journal has them, while the next
/// batch gathers. Timers are kept here, for they are actions that come back as events.
package actor SwitchboardService: Service {
    private var recorder: Recorder
    private let journal: any Journal
    private let now: @Sendable () -> Moment
    private let logger: Logger

    private let inbox: AsyncStream<Message>
    private nonisolated let inboxEnd: AsyncStream<Message>.Continuation
    /// Whoever asked for an event and waits to hear that it is in the journal, by its position.
    private var waiting: [Int64: CheckedContinuation<Void, any Error>] = [:]
    private var timers: [TimerID: Task<Void, Never>] = [:]
    private var listeners: [@Sendable (Recorder.Entry) async -> Void] = []
    /// When each event that is not in the journal yet reached us, by its position.
    private var reached: [Int64: ContinuousClock.Instant] = [:]
    package nonisolated let offerTimes = OfferTimes()
    private var lastSnapshot: Int64
    private var isWriting = false
    private var isKeepingSnapshot = false
    private var isStopping = false
    private var hasGivenUp = false

    /// False while the journal cannot be written: new calls are turned away, those under way go on.
    package private(set) var isJournalAvailable = true

    /// A start replays at most this many rows, which takes well under a second.
    private static let rowsBetweenSnapshots: Int64 = 5000
    private static let retryDelay: Duration = .milliseconds(200)
    /// Five seconds: whoever stops us waits no longer before he kills us.
    private static let triesWhenStopping = 25

    private enum Message: Sendable {
        case fact(Event, ContinuousClock.Instant)
        case request(Event, ContinuousClock.Instant, CheckedContinuation<Void, any Error>)
    }

    /// Builds the state from the newest snapshot and the journal's rows after it.
    package init(
        journal: any Journal, now: @escaping @Sendable () -> Moment, logger: Logger
    ) async throws {
        let tail = try await journal.load()
        var recorder = Recorder(
            switchboard: tail.snapshot?.switchboard ?? Switchboard(), position: tail.snapshot?.position ?? 0,
            last: tail.snapshot?.at ?? Moment(milliseconds: 0))
        for entry in tail.entries { try recorder.replay(entry) }
        self.recorder = recorder
        self.journal = journal
        self.now = now
        self.logger = logger
        lastSnapshot = tail.snapshot?.position ?? 0
        // Unbounded on purpose: facts of the world must not be dropped. Its sources are bounded instead: SIP answers 503
        // beyond its limit of calls, and a person has one request under way at a time.
        (inbox, inboxEnd) = AsyncStream.makeStream(of: Message.self)
    }

    /// Looks at what is so now; actions of the newest events may still wait for the journal. Take out what is small: a
    /// switchboard that somebody keeps is copied, all its agents and callers, by the next event.
    package func read<Value: Sendable>(_ look: @Sendable (Switchboard) -> Value) -> Value { look(recorder.switchboard) }
    package var position: Int64 { recorder.position }

    /// Adds one who is told of every event after the journal has it, in order. It carries out actions or shows them; a slow one
    /// delays the next batch, so it must not wait for anything but memory.
    package func listen(_ listener: @escaping @Sendable (Recorder.Entry) async -> Void) {
        listeners.append(listener)
    }

    /// Reports a fact. Returns at once; facts are handled in the order they are told.
    package nonisolated func tell(_ event: Event) {
        inboxEnd.yield(.fact(event, .now))
    }

    /// Makes a request; returns when it is in the journal, or throws the `SwitchboardRefusal`.
    ///
    /// - Parameter reached: when it came to this program, for the figures.
    package nonisolated func ask(_ event: Event, reached: ContinuousClock.Instant = .now) async throws {
        try await withCheckedThrowingContinuation { continuation in
            if case .terminated = inboxEnd.yield(.request(event, reached, continuation)) {
                continuation.resume(throwing: CancellationError())
            }
        }
    }

    package func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.readInbox() }
            await withGracefulShutdownHandler {
                await group.waitForAll()
            } onGracefulShutdown: {
                self.inboxEnd.finish()
                // The flag belongs to the actor; nothing waits for this task and it does nothing else.
                Task { await self.beginStopping() }
            }
        }
        while recorder.hasUnwritten, !hasGivenUp { await writeBatches() }
        for timer in timers.values { timer.cancel() }
        guard !hasGivenUp else { return }
        try await journal.keepSnapshot(recorder.switchboard, position: recorder.position, at: recorder.last)
        try await journal.close()
    }

    private func beginStopping() {
        isStopping = true
    }

    private func readInbox() async {
        // The writer is a task of its own so that the next batch gathers while one is written; it ends with this method.
        await withDiscardingTaskGroup { group in
            for await message in inbox {
                receive(message)
                if !isWriting {
                    isWriting = true
                    group.addTask { await self.writeBatches() }
                }
            }
        }
    }

    private func receive(_ message: Message) {
        switch message {
        case .fact(let event, let instant):
            do {
                try recorder.receive(event, at: now())
                reached[recorder.position] = instant
            } catch {
                // A phone that answers an offer which has just gone elsewhere; its leg is ended by Telephony.
                logger.debug("a fact came too late", metadata: ["refusal": "\(error)"])
            }
        case .request(let event, let instant, let continuation):
            do {
                try recorder.receive(event, at: now())
                reached[recorder.position] = instant
                waiting[recorder.position] = continuation
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func writeBatches() async {
        isWriting = true
        while let batch = recorder.batchToWrite() {
            guard await write(batch) else {
                isWriting = false
                return giveUp()
            }
            for entry in recorder.written() { await release(entry) }
        }
        isWriting = false
        // Whatever comes from here on is written by another: making the text of a large centre takes longer than a caller should
        // wait.
        await keepSnapshotIfDue()
    }

    /// Writes until it succeeds. The batch is bounded by the calls there can be, for new ones are turned away meanwhile.
    /// False only when we are stopping and it cannot be written still, or are cancelled, when neither a journal nor a pause
    /// works any more: what it held is then as lost as in a crash.
    private func write(_ batch: [Recorder.Entry]) async -> Bool {
        var tries = 0
        while true {
            do {
                let began = ContinuousClock.now
                try await journal.append(batch)
                offerTimes.written.note(began.duration(to: .now))
                if !isJournalAvailable { logger.notice("the journal can be written again") }
                isJournalAvailable = true
                return true
            } catch {
                tries += 1
                if Task.isCancelled || (isStopping && tries > Self.triesWhenStopping) { return false }
                if isJournalAvailable {
                    logger.error(
                        "the journal cannot be written; new calls are turned away", metadata: ["error": "\(error)"])
                }
                isJournalAvailable = false
                try? await Task.sleep(for: Self.retryDelay)
            }
        }
    }

    private func giveUp() {
        hasGivenUp = true
        logger.error("stopping with events that the journal does not have")
        for continuation in waiting.values { continuation.resume(throwing: CancellationError()) }
        waiting = [:]
    }

    private func release(_ entry: Recorder.Entry) async {
        let instant = reached.removeValue(forKey: entry.position)
        for action in entry.actions {
            switch action {
            case .ring(let offer) where offer.device == .browser:
                if let instant { offerTimes.made(offer.id, since: instant) }
            case .withdraw(let offer): offerTimes.isOver(offer.id)
            case .startTimer(let timer, let seconds): start(timer, seconds: seconds)
            case .cancelTimer(let timer): timers.removeValue(forKey: timer)?.cancel()
            default: break
            }
        }
        for listener in listeners { await listener(entry) }
        waiting.removeValue(forKey: entry.position)?.resume()
    }

    /// A timer lives on when its event is being handled, so it is a task of its own; it ends by firing or by `cancelTimer`.
    private func start(_ timer: TimerID, seconds: Int) {
        timers.removeValue(forKey: timer)?.cancel()
        timers[timer] = Task {
            try? await Task.sleep(for: .seconds(seconds))
            if !Task.isCancelled { self.fired(timer) }
        }
    }

    private func fired(_ timer: TimerID) {
        timers[timer] = nil
        tell(.timerFired(timer))
    }

    private func keepSnapshotIfDue() async {
        // Only when the state holds nothing that the journal has not: the position would promise too much.
        let position = recorder.position
        guard !isKeepingSnapshot, position - lastSnapshot >= Self.rowsBetweenSnapshots, !recorder.hasUnwritten else {
            return
        }
        isKeepingSnapshot = true
        defer { isKeepingSnapshot = false }
        lastSnapshot = position
        do {
            try await journal.keepSnapshot(recorder.switchboard, position: position, at: recorder.last)
        } catch {
            logger.warning("no snapshot was kept; the next start replays more rows", metadata: ["error": "\(error)"])
        }
    }
}
