/// What is wrong with the audit. Sequences are those of the table `audit`, positions those of `audit_seals`.
package enum AuditFinding: Sendable, Hashable, CustomStringConvertible {
    case rowAltered(sequence: Int64)
    case rowMissing(sequence: Int64)
    /// There among the sealed, and was not when they were sealed.
    case rowInserted(sequence: Int64)
    case sealAltered(position: Int64)
    case sealMissing(position: Int64)
    /// The signed file of that day has another chain: seals were made anew.
    case anchorDiffers(day: String, position: Int64)
    /// The file's line is not signed by the key.
    case anchorForged(day: String)

    package var description: String {
        switch self {
        case .rowAltered(let sequence): "audit row \(sequence) was altered or exchanged"
        case .rowMissing(let sequence): "audit row \(sequence) is missing"
        case .rowInserted(let sequence): "audit row \(sequence) was put in later"
        case .sealAltered(let position): "seal \(position) was altered"
        case .sealMissing(let position): "seal \(position) is missing"
        case .anchorDiffers(let day, let position): "the anchor of \(day) has another chain at seal \(position)"
        case .anchorForged(let day): "the anchor of \(day) is not signed by this hotline's key"
        }
    }
}

/// Follows the chain, seal by seal.
struct AuditVerification {
    private var position: Int64 = 0
    private var chain = AuditSeal.root
    private(set) var findings: [AuditFinding] = []
    private(set) var rows = 0

    /// - Parameter rows: all that stand after the seal before and up to the last this one lists, by sequence.
    mutating func check(_ seal: AuditSeal, rows found: [SequencedAuditRow]) {
        if seal.position > position + 1 {
            findings += ((position + 1)..<seal.position).prefix(1_000).map { .sealMissing(position: $0) }
        }
        let isNext = seal.position == position + 1
        position = seal.position
        rows += found.count
        defer { chain = seal.chain }
        guard let listed = seal.listed, seal.hashes.utf8.count == listed.count * AuditSeal.prefixLength else {
            return findings.append(.sealAltered(position: seal.position))
        }
        let wrong = differences(seal, listed, found)
        findings += wrong
        let hashes = found.map(\.hash)
        let computed = AuditSeal.chain(
            after: chain, position: seal.position, at: seal.at, sequences: seal.sequences, hashes: hashes)
        if wrong.isEmpty, isNext, computed != seal.chain {
            findings.append(.sealAltered(position: seal.position))
        } else if wrong.contains(where: \.isOfARow), computed == seal.chain {
            // The rows are as they were sealed; the list beside the chain is not.
            findings.removeAll { wrong.contains($0) }
            findings.append(.sealAltered(position: seal.position))
        }
    }

    private func differences(
        _ seal: AuditSeal, _ listed: [Int64], _ found: [SequencedAuditRow]
    ) -> [AuditFinding] {
        var wrong: [AuditFinding] = []
        let standing = Dictionary(uniqueKeysWithValues: found.map { ($0.sequence, $0.hash) })
        var rest = Substring(seal.hashes)
        for sequence in listed {
            let sealed = rest.prefix(AuditSeal.prefixLength)
            rest = rest.dropFirst(AuditSeal.prefixLength)
            if let hash = standing[sequence] {
                if !hash.hasPrefix(sealed) { wrong.append(.rowAltered(sequence: sequence)) }
            } else {
                wrong.append(.rowMissing(sequence: sequence))
            }
        }
        let expected = Set(listed)
        wrong += found.map(\.sequence).filter { !expected.contains($0) }.map { .rowInserted(sequence: $0) }
        return wrong
    }
}

extension AuditFinding {
    fileprivate var isOfARow: Bool {
        switch self {
        case .rowAltered, .rowMissing, .rowInserted: true
        case .sealAltered, .sealMissing, .anchorDiffers, .anchorForged: false
        }
    }
}

/// What `hotline audit verify` tells.
package struct AuditReport: Sendable, Equatable {
    package var rows: Int
    package var seals: Int64
    /// Written in the last second or two; sealed next.
    package var unsealed: Int
    package var findings: [AuditFinding]

    package var isWhole: Bool { findings.isEmpty }
}
