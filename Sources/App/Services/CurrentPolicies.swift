import Engine
import Storage
import Synchronization

/// The policies and working days as they are now, and the one place where they are changed while the program runs.
///
/// An order keeps the version of the policy it was born with. A built-in policy is version 0 of its name; what a supervisor
/// saves is version 1 and so on, each in force from a moment on.
package final class CurrentPolicies: Sendable {
    private struct Kept {
        var saved: [String: [PolicyVersion]] = [:]
        var calendar: WorkingCalendar
    }

    private let kept: Mutex<Kept>
    private let builtIn: [ClockPolicy]
    /// Holds where neither the centre nor a line names one.
    private let usual: String

    package init(usual: ClockPolicy = .hangzhou, calendar: WorkingCalendar = .china) {
        kept = Mutex(Kept(calendar: calendar))
        builtIn = [usual] + ClockPolicy.presets.filter { $0.name != usual.name }
        self.usual = usual.name
    }

    /// Takes up what was saved and imported.
    package func load(from store: any Store) async throws {
        let versions = try await store.policyVersions()
        let notices = try await store.notices()
        kept.withLock { kept in
            kept.saved = Dictionary(grouping: versions, by: \.policy.name)
            for notice in notices { kept.calendar = kept.calendar.adding(notice) }
        }
    }

    package var calendar: WorkingCalendar { kept.withLock { $0.calendar } }

    package struct Current: Sendable {
        package let policy: ClockPolicy
        package let reference: WorkOrder.PolicyReference
    }

    /// What is in force for new orders of a line.
    package func current(_ line: LineID, in centre: Centre, at now: Moment) -> Current {
        let name = centre.lines.first { $0.id == line }?.policy ?? centre.policy ?? usual
        return current(name, at: now) ?? current(usual, at: now)!
    }

    /// What is in force where no line says otherwise.
    func policy(for centre: Centre, at now: Moment) -> ClockPolicy {
        (centre.policy.flatMap { current($0, at: now) } ?? current(usual, at: now)!).policy
    }

    /// The version of a name that is in force; nil if there is no such policy.
    package func current(_ name: String, at now: Moment) -> Current? {
        let saved = kept.withLock { $0.saved[name] ?? [] }
        if let newest = saved.last(where: { $0.inForceFrom <= now }) {
            return Current(policy: newest.policy, reference: .init(name: name, version: newest.version))
        }
        return builtIn.first { $0.name == name }.map { Current(policy: $0, reference: .init(name: name, version: 0)) }
    }

    /// By which an order's clocks run: that it was born with, or what is in force now for one that is not born yet.
    package func policy(of order: WorkOrder, in centre: Centre, at now: Moment) -> Current {
        guard let reference = order.details.policy else { return current(order.line, in: centre, at: now) }
        let saved = kept.withLock { $0.saved[reference.name]?.first { $0.version == reference.version } }
        guard let policy = saved?.policy ?? builtIn.first(where: { $0.name == reference.name }) else {
            return current(order.line, in: centre, at: now)
        }
        return Current(policy: policy, reference: reference)
    }

    /// Each policy as it is in force, in the order of the presets, then by name.
    package func all(at now: Moment) -> [Current] {
        let own = kept.withLock { $0.saved.keys.sorted() }.filter { name in !builtIn.contains { $0.name == name } }
        return (builtIn.map(\.name) + own).compactMap { current($0, at: now) }
    }

    package func versions(of name: String) -> [PolicyVersion] { kept.withLock { $0.saved[name] ?? [] } }

    // MARK: Changes

    func keep(_ version: PolicyVersion) {
        kept.withLock { $0.saved[version.policy.name, default: []].append(version) }
    }

    func keep(_ notice: WorkingCalendar.Notice) {
        kept.withLock { $0.calendar = $0.calendar.adding(notice) }
    }
}

extension Office {
    /// The clocks of an order as lists, figures and alarms need them.
    func due(_ order: WorkOrder, taken: OrderAlarm.Taken, at now: Moment) -> OrderDue {
        OrderDue(order, clocks: clocks(of: order, at: now), taken: taken)
    }

    /// - Parameter calendar: another than is in force, to see what it would mean.
    func clocks(of order: WorkOrder, at now: Moment, by calendar: WorkingCalendar? = nil) -> [OrderClock] {
        policies.policy(of: order, in: centre, at: now).policy
            .clocks(of: order, calendar: calendar ?? policies.calendar, at: now)
    }
}
