import App
import ArgumentParser
import Foundation
import Simulation

extension BenchCommand {
    struct Desks: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Many desks on event streams, and calls without sound: how soon a free agent is offered a caller.",
            discussion: """
                Starts a hotline of its own on loopback that plays nothing and records nothing (media.engine none). Each desk reads \
                its event stream and takes calls over HTTP; callers come over SIP and always some wait. The times are those of the \
                hotline: from the request that makes an agent ready to her offer on the stream. Beside it a file is flushed all \
                the time, which says what the disk takes meanwhile.

                  hotline bench desks --desks 2000 --rate 100
                """)

        @Option(help: "Agents with pages (10 to 4500).") var desks = 2000
        @Option(help: "Calls a second (1 to 500).") var rate = 100.0
        @Option(help: "How long to place calls (2 to 3000).") var seconds = 30
        @Option(help: "How many milliseconds each call lasts.") var talk = 3000
        @Flag(help: "Prints one JSON object.") var json = false

        func validate() throws {
            guard (10...4500).contains(desks) else { throw ValidationError("--desks is 10 to 4500") }
            guard (1...500).contains(rate) else { throw ValidationError("--rate is 1 to 500") }
            guard (2...3000).contains(seconds) else { throw ValidationError("--seconds is 2 to 3000") }
            guard (0...60_000).contains(talk) else { throw ValidationError("--talk is 0 to 60000") }
        }

        func run() async throws {
            let result = try await DesksBench(
                desks: desks, rate: rate, seconds: seconds, talk: .milliseconds(talk), program: "/proc/self/exe",
                digest: { Secret.digest($0) },
                progress: { FileHandle.standardError.write(Data(($0 + "\n").utf8)) }
            ).run()
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = .sortedKeys
                return show(String(decoding: try encoder.encode(result), as: UTF8.self))
            }
            show(
                """
                \(result.desks) desks, \(result.placed) calls at \(result.callsPerSecond)/s on \(result.processors) processors \
                (load before \(result.loadBefore)): \(result.answered) answered, \(result.lost) lost, \
                \(result.failedRequests) requests failed
                agent free to offer sent:   p50 <= \(tenths(result.serverOfferMsP50)) ms, p99 <= \
                \(tenths(result.serverOfferMsP99)) ms, by the hotline, of \(result.offers)
                the same, seen by desks:    p50 \(tenths(result.deskOfferMsP50)) ms, p99 \(tenths(result.deskOfferMsP99)) ms, \
                most \(tenths(result.deskOfferMsMost)) ms
                a batch of the journal:     p50 <= \(tenths(result.journalMsP50)) ms, p99 <= \(tenths(result.journalMsP99)) ms
                fdatasync:                  p50 \(tenths(result.flushMsP50)) ms, p99 \(tenths(result.flushMsP99)) ms, most \
                \(tenths(result.flushMsMost)) ms
                hotline: \(tenths(result.hotlineCpuShare * 100))% of a core, \(tenths(result.hotlineMemoryMB)) MB; the bench \
                itself \(tenths(result.benchCpuShare * 100))%
                """)
        }

        private func tenths(_ value: Double) -> String { BenchCommand.tenths(value) }
    }
}
