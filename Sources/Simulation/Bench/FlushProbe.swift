import AsyncHTTPClient
import Foundation
import NIOCore

/// What fdatasync takes on this disk meanwhile: a page written and flushed, fifty times a second, by a thread of its own.
actor FlushProbe {
    private let file: String
    private var times: [Double] = []
    private var isOver = false

    init(file: String) {
        self.file = file
    }

    func run() async {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        while !isOver, !Task.isCancelled {
            let took = await withCheckedContinuation { done in
                DispatchQueue.global().async { done.resume(returning: Self.flush(descriptor)) }
            }
            times.append(took / .milliseconds(1))
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func flush(_ descriptor: Int32) -> Duration {
        let page = [UInt8](repeating: UInt8.random(in: 0...255), count: 4096)
        _ = write(descriptor, page, page.count)
        let began = ContinuousClock.now
        fdatasync(descriptor)
        return began.duration(to: .now)
    }

    /// Milliseconds, sorted.
    func end() -> [Double] {
        isOver = true
        return times.sorted()
    }
}

/// The hotline's histograms, by name.
struct MetricsReader {
    let pages: String
    let http: HTTPClient
    let token: String

    struct Histogram {
        /// How many took not longer than so many seconds.
        var within: [(bound: Double, count: Int)] = []
        var count: Int { within.last?.count ?? 0 }

        func since(_ before: Histogram) -> Histogram {
            var rest = self
            for index in rest.within.indices where before.within.indices.contains(index) {
                rest.within[index].count -= before.within[index].count
            }
            return rest
        }

        /// The bound, in milliseconds, that this share did not exceed.
        func ms(_ share: Double) -> Double {
            let wanted = Int((Double(count) * share).rounded(.up))
            return (within.first { $0.count >= wanted }?.bound ?? 0) * 1000
        }
    }

    func read() async throws -> [String: Histogram] {
        var request = HTTPClientRequest(url: pages + "/metrics")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let answer = try await http.execute(request, timeout: .seconds(60))
        let body = String(buffer: try await answer.body.collect(upTo: 4 << 20))
        guard answer.status == .ok else { throw BenchServer.DidNotStart(why: "no metrics: \(answer.status.code)") }
        var histograms: [String: Histogram] = [:]
        for line in body.split(separator: "\n") {
            guard let match = line.wholeMatch(of: /([a-z_]+)_bucket\{le="([^"]+)"\} ([0-9]+)/) else { continue }
            let bound = Double(match.output.2) ?? .infinity
            histograms[String(match.output.1), default: Histogram()].within.append((bound, Int(match.output.3) ?? 0))
        }
        return histograms
    }
}

extension [String: MetricsReader.Histogram] {
    /// What was counted since.
    func of(_ name: String, since before: Self) -> MetricsReader.Histogram {
        let nothing = MetricsReader.Histogram()
        return self[name, default: nothing].since(before[name, default: nothing])
    }
}
