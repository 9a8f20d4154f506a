/// The running timers of a user agent, soonest first; those due together fire in the order they were started.
///
/// NIO's own scheduled tasks are no match for it: nearly all SIP timers are cancelled, and taking a task out of NIO's
/// queue searches it, which at tens of thousands of timers costs more than the calls. Here a cancelled timer stays
/// where it is until its time comes, or until more than half of all entries are dead.
package struct TimerQueue: Sendable {
    private struct Entry {
        let due: Duration
        let order: UInt64
        let id: TimerID

        func isBefore(_ other: Entry) -> Bool { due == other.due ? order < other.order : due < other.due }
    }

    private var heap: [Entry] = []
    /// The one entry of a timer that counts.
    private var current: [TimerID: UInt64] = [:]
    private var lastOrder: UInt64 = 0

    package init() {}

    package var count: Int { current.count }
    package var isEmpty: Bool { current.isEmpty }

    package mutating func start(_ id: TimerID, due: Duration) {
        lastOrder += 1
        current[id] = lastOrder
        heap.append(Entry(due: due, order: lastOrder, id: id))
        siftUp(heap.count - 1)
    }

    package mutating func cancel(_ id: TimerID) {
        guard current.removeValue(forKey: id) != nil else { return }
        // Below 64 entries the sweep saves nothing.
        if heap.count > 64, heap.count > 2 * current.count { sweep() }
    }

    /// When the next timer fires.
    package mutating func nextDue() -> Duration? {
        dropDead()
        return heap.first?.due
    }

    /// Takes out the next timer due at `now`. One at a time, for it may start or cancel others.
    package mutating func popDue(at now: Duration) -> TimerID? {
        dropDead()
        guard let first = heap.first, first.due <= now else { return nil }
        removeFirst()
        current[first.id] = nil
        return first.id
    }

    private mutating func dropDead() {
        while let first = heap.first, current[first.id] != first.order { removeFirst() }
    }

    private mutating func sweep() {
        // An array in order is a heap.
        heap = heap.filter { current[$0.id] == $0.order }.sorted { $0.isBefore($1) }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].isBefore(heap[least]) { least = child }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }
}
