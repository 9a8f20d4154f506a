import Engine
import Foundation

/// A mistake that a switchboard could make, put between it and the world: the checkers must find each.
package enum BrokenRule: String, Sendable, CaseIterable {
    /// Who came last is served first.
    case servesLastFirst
    /// A call ends and its agent is not let go.
    case forgetsRelease
    /// One caller rings at two agents.
    case offersTwice
    /// Whoever would flow over to another queue is dropped.
    case dropsOnOverflow
    /// A batch is said to be written and is not.
    case losesBatch
}

/// Carries out a broken rule on what goes in and what comes out.
struct Distortion {
    private let rule: BrokenRule
    private var random = SeededRandom(seed: 99)
    /// Callers who have taken each other's place: what the switchboard calls the one is the other.
    private var swapped: [String: String] = [:]

    init(_ rule: BrokenRule) {
        self.rule = rule
    }

    mutating func incoming(_ event: Event, _ board: Switchboard) -> Event? {
        switch (rule, event) {
        case (.forgetsRelease, .hungUp(let call, .citizen, _)):
            if case .talking = board.calls[call]?.phase, random.chance(0.1) { return nil }
            return event
        case (.dropsOnOverflow, .timerFired(.overflow(let call, _))):
            return .hungUp(call, .citizen, .callerHungUp)
        case (.servesLastFirst, _): return renamed(event)
        default: return event
        }
    }

    mutating func outgoing(_ entry: Recorder.Entry, _ board: Switchboard) -> Recorder.Entry {
        switch rule {
        case .servesLastFirst: return servingLast(entry, board)
        case .offersTwice: return offeringTwice(entry, board)
        case .forgetsRelease, .dropsOnOverflow, .losesBatch: return entry
        }
    }

    mutating func journaled(_ batch: [Recorder.Entry]) -> [Recorder.Entry] {
        rule == .losesBatch && random.chance(0.02) ? [] : batch
    }

    private mutating func servingLast(_ entry: Recorder.Entry, _ board: Switchboard) -> Recorder.Entry {
        let event = renamed(entry.event)
        for case .ring(let offer) in entry.actions {
            guard let queue = board.calls[offer.call]?.route?.queue, let last = board.waiting(in: queue).last,
                board.calls[last]?.callback == nil, board.calls[offer.call]?.callback == nil
            else { continue }
            let (first, second) = (name(offer.call.text), name(last.text))
            (swapped[offer.call.text], swapped[last.text]) = (second, first)
        }
        return Recorder.Entry(
            position: entry.position, at: entry.at, event: event, actions: entry.actions.map { renamed($0) })
    }

    private func name(_ call: String) -> String { swapped[call] ?? call }

    private func offeringTwice(_ entry: Recorder.Entry, _ board: Switchboard) -> Recorder.Entry {
        var actions = entry.actions
        for case .ring(let offer) in entry.actions {
            guard let other = board.agents.values.first(where: { $0.isFree && $0.id != offer.agent }) else { continue }
            actions.append(.ring(offer.to(other.id)))
        }
        return Recorder.Entry(position: entry.position, at: entry.at, event: entry.event, actions: actions)
    }

    /// With every call's name exchanged, by way of JSON: there each is a string, alone or before a dash.
    private func renamed<Value: Codable>(_ value: Value) -> Value {
        guard !swapped.isEmpty, let json = try? JSONEncoder().encode(value) else { return value }
        let parts = String(decoding: json, as: UTF8.self).components(separatedBy: "\"")
        let exchanged = parts.map { part in
            guard part.first == "c" else { return part }
            let call = part.split(separator: "-", maxSplits: 1)
            guard let other = swapped[String(call[0])] else { return part }
            return call.count > 1 ? "\(other)-\(call[1])" : other
        }
        return (try? JSONDecoder().decode(Value.self, from: Data(exchanged.joined(separator: "\"").utf8))) ?? value
    }
}
