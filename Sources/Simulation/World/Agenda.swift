/// What is still to happen, the earliest first; of two at the same moment the one planned first.
///
/// A binary heap of moments; what is to happen lies still beside it, for it is large and the heap is stirred at each step.
struct Agenda<What> {
    private struct Entry {
        let at: Int64
        let number: Int
        let slot: Int

        func isBefore(_ other: Entry) -> Bool { at == other.at ? number < other.number : at < other.at }
    }

    private var heap: [Entry] = []
    private var slots: [What?] = []
    private var free: [Int] = []
    private var planned = 0

    var count: Int { heap.count }

    mutating func plan(_ what: What, at moment: Int64) {
        planned += 1
        let slot = free.popLast() ?? slots.count
        if slot == slots.count { slots.append(what) } else { slots[slot] = what }
        heap.append(Entry(at: moment, number: planned, slot: slot))
        rise()
    }

    mutating func next() -> (at: Int64, what: What)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        free.append(first.slot)
        return (first.at, slots[first.slot].take()!)
    }

    private mutating func rise() {
        var child = heap.count - 1
        let entry = heap[child]
        while child > 0, entry.isBefore(heap[(child - 1) / 2]) {
            heap[child] = heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        heap[child] = entry
    }

    private mutating func sink() {
        let entry = heap[0]
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = entry
    }
}
