import Engine
import Foundation
import TestSupport
import Testing

@testable import Storage

struct AuditTests {
    @Test(arguments: StoreKind.allCases) func whatIsSealedVerifies(kind: StoreKind) async throws {
        try await kind.with { store in
            #expect(try await store.sealAudit(at: .noon())?.position == 1)
            #expect(try await store.sealAudit(at: .noon(1)) == nil)
            for second in 2..<6 {
                for _ in 0..<second { try await store.note(.view(second)) }
                #expect(try await store.sealAudit(at: .noon(Int64(second)))?.position == Int64(second))
            }
            try await store.note(.view(9))
            let seal = try #require(try await store.newestAuditSeal())
            #expect(
                try await store.verifyAudit(against: [])
                    == AuditReport(rows: Someone.all.count + 14, seals: seal.position, unsealed: 1, findings: []))
        }
    }

    /// Seals made before must go on fitting: a hash is over what an encoder would write, whatever is in the texts.
    @Test func aRowIsHashedAsItsJSON() throws {
        let ascii = (0...0x7f).map { String(UnicodeScalar(UInt8($0))) }
        let texts =
            ascii + ["", "order:1", "a/b", "北渡路 12 号", "e\u{301}\u{2028}\u{2029}\u{85}\u{feff}🚰", ascii.joined()]
        for text in texts {
            let quoted = String(decoding: SequencedAuditRow.quoted(text), as: UTF8.self)
            #expect(try quoted == Content(text).text)
            let row = AuditRow(
                at: .noon(), actor: AuditActor(person: PersonID("p-\(text)")), action: text, subject: text)
            let fields = ["7", text, "\(Moment.noon().milliseconds)", "p-\(text)", nil, text, text, nil]
            #expect(try SequencedAuditRow(sequence: 7, centre: text, row: row).hash == Content(fields).digest)
        }
    }

    /// One byte of one column of one row at random, two hundred times: the row is named, and no other.
    @Test(arguments: StoreKind.allCases) func aFlippedByteIsFoundAndItsRowNamed(kind: StoreKind) async throws {
        try await kind.with { store in
            var random = SystemRandomNumberGenerator()
            for second in 0..<20 {
                for row in 0..<5 { try await store.note(.view(second * 5 + row)) }
                try await store.sealAudit(at: .noon(Int64(second)))
            }
            try await store.leaveUnguarded("audit")
            for _ in 0..<200 {
                let sequence = Int64.random(in: 3...102, using: &random)
                let column = ["at", "person", "address", "action", "subject", "digest"].randomElement(using: &random)!
                let (before, after) = try await store.flip(column, ofRow: sequence, using: &random)
                let findings = try await store.verifyAudit(against: []).findings
                #expect(findings == [.rowAltered(sequence: sequence)], "\(column): \(before) became \(after)")
                try await store.set(column, ofRow: sequence, to: before)
            }
            #expect(try await store.verifyAudit(against: []).isWhole)
        }
    }

    @Test(arguments: StoreKind.allCases) func rowsTakenOutPutInAndExchangedAreNamed(kind: StoreKind) async throws {
        try await kind.with { store in
            for row in 0..<9 { try await store.note(.view(row)) }
            try await store.sealAudit(at: .noon())
            try await store.note(.view(9))
            try await store.sealAudit(at: .noon(1))
            try await store.leaveUnguarded("audit")
            try await store.leaveUnguarded("audit_seals")
            func findings() async throws -> Set<AuditFinding> { Set(try await store.verifyAudit(against: []).findings) }

            try await store.write { try $0.executeScript("UPDATE audit SET subject = 'order:0' WHERE sequence = 7") }
            #expect(try await findings() == [.rowAltered(sequence: 7)])
            try await store.write { try $0.executeScript("UPDATE audit SET subject = 'order:0' WHERE sequence = 3") }
            try await store.write { try $0.executeScript("UPDATE audit SET subject = 'order:4' WHERE sequence = 3") }
            #expect(try await findings() == [.rowAltered(sequence: 3), .rowAltered(sequence: 7)])
            try await store.write {
                try $0.executeScript(
                    "UPDATE audit SET subject = 'order:0' WHERE sequence = 3; UPDATE audit SET subject = 'order:4' "
                        + "WHERE sequence = 7; DELETE FROM audit WHERE sequence = 5")
            }
            #expect(try await findings() == [.rowMissing(sequence: 5)])
            try await store.write { try $0.executeScript("UPDATE audit_seals SET hashes = chain WHERE position = 2") }
            #expect(try await findings().contains(.sealAltered(position: 2)))
            try await store.write { try $0.executeScript("DELETE FROM audit_seals WHERE position = 1") }
            #expect(try await findings().contains(.sealMissing(position: 1)))
        }
    }

    @Test(arguments: StoreKind.allCases) func sealsMadeAnewDifferFromTheAnchor(kind: StoreKind) async throws {
        try await withDirectory { directory in
            try await kind.with { store in
                let anchors = AuditAnchors(dataDirectory: directory)
                try await store.note(.view(1))
                let seal = try #require(try await store.sealAudit(at: .noon()))
                try anchors.add(seal, day: "2026-11-22")
                try anchors.add(seal, day: "2026-11-22")
                let kept = try anchors.all()
                #expect(kept.map(\.day) == ["2026-11-22"])
                #expect(try anchors.forged(among: kept).isEmpty)
                #expect(try await store.verifyAudit(against: kept).isWhole)

                try await store.leaveUnguarded("audit")
                try await store.leaveUnguarded("audit_seals")
                try await store.write {
                    try $0.executeScript(
                        "DELETE FROM audit_seals; UPDATE audit SET subject = 'order:7' WHERE sequence = 3")
                }
                try await store.sealAudit(at: .noon())
                let report = try await store.verifyAudit(against: kept)
                #expect(report.findings == [.anchorDiffers(day: "2026-11-22", position: 1)])
                let forged = try AuditAnchor(day: "2026-11-22", seal: seal, key: .init())
                #expect(try anchors.forged(among: [forged]) == [.anchorForged(day: "2026-11-22")])
            }
        }
    }

    /// Two programs on one PostgreSQL: a row that has its number and is not committed yet is waited for, not passed by.
    @Test(.enabled(if: PostgresServer.isInstalled)) func aRowThatIsCommittedLateIsSealedToo() async throws {
        try await PostgresServer.withDatabase(isEmpty: true) { url in
            let store = try await DatabaseLocation.postgres(url: url).openSQLStore()
            let other = try PostgresConnection(PostgresOptions(url: url))
            let insertion = "INSERT INTO audit (centre_id, at, action, subject) VALUES ('main', 0, 'test', 'row:late')"
            try other.executeScript("BEGIN; \(insertion)")
            let row = AuditRow(at: .zero, actor: .program, action: "test", subject: "row:early")
            try await store.note(row)
            let sealing = Task { try await store.sealAudit(at: .noon()) }
            try await Task.sleep(for: .milliseconds(300))
            #expect(try await store.newestAuditSeal() == nil)
            try other.executeScript("COMMIT")
            #expect(try await sealing.value?.sequences == "1-2")
            #expect(try await store.verifyAudit(against: []).isWhole)
            try await store.close()
        }
    }

    @Test func rangesOfSequencesReadBack() {
        for sequences in [[1], [1, 2, 3], [1, 3], [4, 5, 9, 11, 12, 13], [7, 9, 10]] as [[Int64]] {
            let seal = AuditSeal(
                position: 1, at: .zero, sequences: AuditSeal.ranges(sequences), hashes: "", chain: AuditSeal.root)
            #expect(seal.listed == sequences)
        }
        for text in ["", "a", "3-1", "1-", "-", "1-2-3", "1-9999999"] {
            let seal = AuditSeal(position: 1, at: .zero, sequences: text, hashes: "", chain: AuditSeal.root)
            #expect(seal.listed == nil, "\(text)")
        }
    }
}

extension AuditRow {
    static func view(_ order: Int) -> AuditRow {
        AuditRow(
            at: .noon(Int64(order)), actor: .agent, action: "phone.view", subject: "order:\(order)",
            digest: String(repeating: "ab", count: 32))
    }
}

extension SQLStore {
    /// As whoever may write to the database files can.
    fileprivate func leaveUnguarded(_ table: String) async throws {
        let (stays, remains) =
            table == "audit" ? ("audit_stays", "audit_remains") : ("\(table)_stay", "\(table)_remain")
        let of = database.dialect == .sqlite ? "" : " ON \(table)"
        try await write {
            try $0.executeScript("DROP TRIGGER \(stays)\(of); DROP TRIGGER \(remains)\(of)")
            // Constraints would find some flips before the seal does.
            if $0.dialect == .sqlite { try $0.executeScript("PRAGMA ignore_check_constraints = true") }
        }
    }

    fileprivate func flip(
        _ column: String, ofRow sequence: Int64, using random: inout SystemRandomNumberGenerator
    ) async throws -> (SQLValue, SQLValue) {
        let query = SQL(sql: "SELECT \(column) FROM audit WHERE sequence = \(sequence)")
        let before = try await database.read { try $0.fetch(query) }[0].values[0]
        let after: SQLValue
        switch before {
        case .integer(let integer): after = .integer(integer ^ (1 << Int64.random(in: 0..<40, using: &random)))
        case .text(let text) where column == "person":
            after = .text(text == Someone.agent.id.text ? Someone.officer.id.text : Someone.agent.id.text)
        case .text(let text):
            var bytes = Array(text.utf8)
            bytes[Int.random(in: bytes.indices, using: &random)] ^= 1
            after = .text(String(decoding: bytes, as: UTF8.self))
        default: preconditionFailure("a sample row has no \(before)")
        }
        try await set(column, ofRow: sequence, to: after)
        return (before, after)
    }

    fileprivate func set(_ column: String, ofRow sequence: Int64, to value: SQLValue) async throws {
        let place = SQL(sql: "UPDATE audit SET \(column) = ")
        let statement: SQL =
            switch value {
            case .integer(let integer): "\(place)\(integer) WHERE sequence = \(sequence)"
            case .text(let text): "\(place)\(text) WHERE sequence = \(sequence)"
            default: preconditionFailure()
            }
        try await write { try $0.execute(statement) }
    }
}
