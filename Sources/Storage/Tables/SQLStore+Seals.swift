import Engine

extension SQLStore {
    /// Reads and hashes without keeping anybody from writing: below the horizon no row is to come any more.
    @discardableResult
    package func sealAudit(at now: Moment) async throws -> AuditSeal? {
        let horizon = try await auditHorizon()
        let (last, rows) = try await database.read { db in
            let last = try db.first("audit_seals", newestSeal) {
                (seal: try AuditSeal($0), sequence: try $0.get("last_sequence") as Int64)
            }
            let query = auditQuery(after: last?.sequence ?? 0, upTo: horizon, limit: AuditSeal.mostRows)
            return (last, try db.rows("audit", query) { try SequencedAuditRow($0) })
        }
        guard let first = rows.first, let end = rows.last else { return nil }
        let seal = AuditSeal(
            position: (last?.seal.position ?? 0) + 1, at: now, after: last?.seal.chain ?? AuditSeal.root, rows: rows)
        // Whoever sealed meanwhile has taken the position, and this one is refused.
        try await write { db in
            try db.execute(
                """
                INSERT INTO audit_seals (centre_id, position, at, first_sequence, last_sequence, sequences, hashes, chain)
                VALUES (\(centreID), \(seal.position), \(seal.at), \(first.sequence), \(end.sequence), \(seal.sequences),
                    \(seal.hashes), \(seal.chain))
                """)
        }
        return seal
    }

    /// The newest row's number, at a moment when no row with a lower one was about to be committed. On PostgreSQL a row may be
    /// committed after one with a higher number; whoever holds a number holds the table too, until it is committed or
    /// undone, and this lock waits for all of them. SQLite has one writer.
    private func auditHorizon() async throws -> Int64 {
        let newest: SQL = "SELECT coalesce(max(sequence), 0) FROM audit WHERE centre_id = \(centreID)"
        switch database.dialect {
        case .sqlite: return try await database.read { try $0.number(newest) }
        case .postgres:
            return try await database.transaction { db in
                try db.execute("LOCK TABLE audit IN SHARE MODE")
                return try db.number(newest)
            }
        }
    }

    private var newestSeal: SQL {
        "SELECT * FROM audit_seals WHERE centre_id = \(centreID) ORDER BY position DESC LIMIT 1"
    }

    private func auditQuery(after sequence: Int64, upTo horizon: Int64, limit: Int) -> SQL {
        """
        SELECT * FROM audit WHERE centre_id = \(centreID) AND sequence > \(sequence) AND sequence <= \(horizon)
        ORDER BY sequence LIMIT \(limit)
        """
    }

    package func verifyAudit(against anchors: [AuditAnchor]) async throws -> AuditReport {
        var verification = AuditVerification()
        var (position, sequence) = (Int64(0), Int64(0))
        var chains: [Int64: String] = [:]
        let anchored = Set(anchors.map(\.position))
        while let step = try await nextSeal(after: position, sequence: sequence) {
            verification.check(step.seal, rows: step.rows)
            if anchored.contains(step.seal.position) { chains[step.seal.position] = step.seal.chain }
            (position, sequence) = (step.seal.position, max(sequence, step.lastSequence))
        }
        let end = sequence
        let unsealed = try await database.read { db in
            Int(try db.number("SELECT count(*) FROM audit WHERE centre_id = \(centreID) AND sequence > \(end)"))
        }
        let differing = anchors.filter { chains[$0.position] != $0.chain }
        return AuditReport(
            rows: verification.rows, seals: position, unsealed: unsealed,
            findings: verification.findings
                + differing.map { .anchorDiffers(day: $0.day, position: $0.position) })
    }

    private struct SealedRows {
        let seal: AuditSeal
        let lastSequence: Int64
        let rows: [SequencedAuditRow]
    }

    /// The next seal, and every row that stands between the last one's and the end of its own.
    private func nextSeal(after position: Int64, sequence: Int64) async throws -> SealedRows? {
        try await database.read { db in
            let query: SQL = """
                SELECT * FROM audit_seals WHERE centre_id = \(centreID) AND position > \(position)
                ORDER BY position LIMIT 1
                """
            let found = try db.first("audit_seals", query) {
                (seal: try AuditSeal($0), last: try $0.get("last_sequence") as Int64)
            }
            guard let found else { return nil }
            let rows: SQL = """
                SELECT * FROM audit
                WHERE centre_id = \(centreID) AND sequence > \(sequence) AND sequence <= \(found.last)
                ORDER BY sequence LIMIT \(2 * AuditSeal.mostRows)
                """
            return SealedRows(
                seal: found.seal, lastSequence: found.last,
                rows: try db.rows("audit", rows) { try SequencedAuditRow($0) })
        }
    }

    package func newestAuditSeal() async throws -> AuditSeal? {
        try await database.read { try $0.first("audit_seals", newestSeal, AuditSeal.init) }
    }
}

extension AuditSeal {
    init(_ columns: Columns) throws {
        self.init(
            position: try columns.get("position"), at: try columns.get("at"), sequences: try columns.get("sequences"),
            hashes: try columns.get("hashes"), chain: try columns.get("chain"))
    }
}

extension SequencedAuditRow {
    init(_ columns: Columns) throws {
        self.init(
            sequence: try columns.get("sequence"), centre: try columns.get("centre_id"), row: try AuditRow(columns))
    }
}
