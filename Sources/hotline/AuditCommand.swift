import ArgumentParser
import Storage

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who did and saw what, and whether it still says so.",
        subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Looks for audit rows that were altered, taken out or put in.",
            discussion: """
                Follows the chain of seals through every row, and compares it with the signed anchors in DIR/audit. Ends with 1 \
                if anything is wrong. A hotline may be running meanwhile.
                """)

        @OptionGroup var data: DataOption

        func run() async throws {
            let anchors = AuditAnchors(dataDirectory: data.data)
            let anchored = try anchors.all()
            let forged = try anchors.forged(among: anchored)
            let report = try await data.withStore { try await $0.verifyAudit(against: anchored) }
            for finding in report.findings + forged { show("\(finding)") }
            show(
                "\(report.rows) rows under \(report.seals) seals, \(report.unsealed) not sealed yet, \(anchored.count) "
                    + "anchors: " + (report.isWhole && forged.isEmpty ? "whole" : "NOT WHOLE"))
            if !report.isWhole || !forged.isEmpty { throw ExitCode(1) }
        }
    }
}
