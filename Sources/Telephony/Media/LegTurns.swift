/// Lets one operation at a time touch a leg, first come first served.
///
/// An actor alone does not: while one operation waits for rtpengine, the next would enter and overtake it. An operation
/// may need the partners of its legs too, and who they are is known only when its turn comes; hence `expand`.
struct LegTurns {
    /// A leg sees a handful of operations a call; more waiting than this is a loop in a caller.
    static let maximumWaiting = 64

    private struct Entry {
        let legs: Set<String>
        let withPartners: Bool
        let wake: CheckedContinuation<Set<String>, Never>
    }

    private var taken: Set<String> = []
    private var waiting: [Entry] = []

    /// The legs taken, or nil: wait. Nobody overtakes one who waits for the same leg.
    mutating func take(
        _ legs: Set<String>, withPartners: Bool, expand: (Set<String>) -> Set<String>
    ) -> Set<String>? {
        let all = withPartners ? expand(legs) : legs
        guard taken.isDisjoint(with: all) else { return nil }
        guard !waiting.contains(where: { !($0.withPartners ? expand($0.legs) : $0.legs).isDisjoint(with: all) }) else {
            return nil
        }
        taken.formUnion(all)
        return all
    }

    func hasRoom(for legs: Set<String>) -> Bool {
        waiting.count { !$0.legs.isDisjoint(with: legs) } < Self.maximumWaiting
    }

    mutating func wait(for legs: Set<String>, withPartners: Bool, wake: CheckedContinuation<Set<String>, Never>) {
        waiting.append(Entry(legs: legs, withPartners: withPartners, wake: wake))
    }

    /// Gives the legs back and wakes, in order, whoever can go now.
    mutating func end(_ legs: Set<String>, expand: (Set<String>) -> Set<String>) {
        taken.subtract(legs)
        var blocked = taken
        var still: [Entry] = []
        for entry in waiting {
            let all = entry.withPartners ? expand(entry.legs) : entry.legs
            if blocked.isDisjoint(with: all) {
                taken.formUnion(all)
                entry.wake.resume(returning: all)
            } else {
                still.append(entry)
            }
            blocked.formUnion(all)
        }
        waiting = still
    }
}
