import OrderedCollections

/// Parts of about the same size, none of which splits a group: what is alike is either taught or asked, never both.
package struct GroupedFolds: Sendable, Equatable {
    /// The fold of each member, 0 to `count - 1`.
    package let folds: [Int]
    package let count: Int

    /// One key a member. The same seed gives the same folds. There are as many as groups if those are fewer.
    package init(keys: [String], count: Int, seed: UInt64) {
        precondition(count > 0, "no folds")
        var members: OrderedDictionary<String, [Int]> = [:]
        for (member, key) in keys.enumerated() { members[key, default: []].append(member) }
        var chance = SplitMix(state: seed)
        var groups = members.values.elements
        groups.shuffle(using: &chance)
        // The large ones first, or the last of them would make its fold too large; equals stay in their order.
        groups.sort { $0.count > $1.count }
        var folds = Array(repeating: 0, count: keys.count)
        var sizes = Array(repeating: 0, count: max(1, min(count, groups.count)))
        for group in groups {
            let smallest = sizes.indices.min { (sizes[$0], $0) < (sizes[$1], $1) }!
            sizes[smallest] += group.count
            for member in group { folds[member] = smallest }
        }
        self.folds = folds
        self.count = sizes.count
    }

    /// Members that share either key are together, and those that share a key with one of them. An empty key is shared
    /// with nobody.
    package static func connected(_ first: [String], _ second: [String]) -> [String] {
        precondition(first.count == second.count, "\(first.count) keys and \(second.count)")
        var parent = Array(first.indices)
        func root(_ member: Int) -> Int {
            var member = member
            while parent[member] != member {
                parent[member] = parent[parent[member]]
                member = parent[member]
            }
            return member
        }
        for keys in [first, second] {
            var seen: [String: Int] = [:]
            for (member, key) in keys.enumerated() where !key.isEmpty {
                let (mine, other) = (root(member), root(seen[key, default: member]))
                parent[max(mine, other)] = min(mine, other)
                seen[key] = member
            }
        }
        return first.indices.map { String(root($0)) }
    }
}

/// Chance from a seed: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
