import Engine
import Logging
import ServiceLifecycle
import Storage

extension Topics: Service {
    /// Says hello, counts again what the database has caught up with, and moves the board, as long as the program runs.
    package func run() async throws {
        await switchboard.listen { entry in await self.heard(entry) }
        let start = await switchboard.position
        position = max(position, start)
        // A graceful shutdown cancels the wait; the streams end then, or the server would wait for them.
        try? await cancelWhenGracefulShutdown {
            let parts = max(1, Int(self.timing.tick / Self.part))
            var turn = 0
            while !Task.isCancelled {
                try await Task.sleep(for: self.timing.tick / parts)
                turn += 1
                await self.tellPart(turn, of: parts)
                if turn % parts == 0 { await self.tick(turn / parts, parts: parts) }
            }
        }
        stop()
    }

    /// What everybody is told goes out in parts: a call that is offered just then would wait until all have been told. To wake
    /// more often than this would be to do nothing else.
    private static let part: Duration = .milliseconds(20)
    /// As many pages as are told of changed orders in one part.
    private static let pagesAPart = 100

    /// The boards move once a tick, and `hello` comes every so many.
    private func tellPart(_ turn: Int, of parts: Int) {
        let hellos = parts * timing.hello
        for (id, reader) in readers where id % parts == turn % parts {
            if reader.wants(.board) { mark(.board, for: id) }
            if id % hellos == turn % hellos { mark(.hello, for: id) }
        }
        for agent in countedDays.suffix(countedAPart) {
            for id in atDesk[agent] ?? [] { readers[id]?.countsToday = true }
            mark(.desk, of: agent)
        }
        countedDays.removeLast(min(countedAPart, countedDays.count))
    }

    /// Tells all pages of changed orders, a part at a time.
    func wakePagesOfOrders() async throws {
        let pages = readers.values.filter { $0.wants(.orders) }
        for (index, page) in pages.enumerated() {
            if index > 0, index % Self.pagesAPart == 0 { try await Task.sleep(for: Self.part) }
            page.wake.yield()
        }
    }

    private func tick(_ ticks: Int, parts: Int) async {
        if ticks % timing.sessionCheck == 0 { await closeEndedSessions() }
        do {
            try await countAgain(parts: parts)
            if !readers.isEmpty, ticks % timing.promises == 0 { try await noteLatePromises() }
        } catch {
            logger.warning("figures of the desks are behind", metadata: ["error": "\(type(of: error))"])
        }
    }

    private func countAgain(parts: Int) async throws {
        guard !readers.isEmpty, missedDue != nil || !todayDue.isEmpty else { return }
        let applied = try await store.callsPosition()
        if let due = missedDue {
            let open = try await store.openMissedCalls()
            if open != missed?.open {
                missed = (open, position)
                mark(.missed)
            }
            if applied >= due { missedDue = missedDue == due ? nil : missedDue }
        }
        let counted = todayDue.filter { applied >= $0.value }.keys
        for agent in counted { todayDue[agent] = nil }
        countedDays += counted
        countedAPart = (countedDays.count + parts - 1) / parts
    }

    /// A stream outlives its session by a minute at most.
    private func closeEndedSessions() async {
        for reader in readers.values {
            guard let isHers = try? await isStillHers(reader) else { continue }
            if !isHers { close(reader.id) }
        }
    }

    /// The session is there, and she may still do what she might when the stream was opened.
    private func isStillHers(_ reader: Reader) async throws -> Bool {
        let known = reader.caller.person
        guard let person = try await store.session(digest: reader.caller.session.digest, at: now())?.person else {
            return false
        }
        return person.active && person.role == known.role && person.agent == known.agent && person.body == known.body
    }

    private func stop() {
        isStopping = true
        for task in leaving.values { task.cancel() }
        tellingOrders?.cancel()
        for reader in readers.values { reader.wake.finish() }
        readers = [:]
        atDesk = [:]
        viewers = [:]
    }
}
