import Engine
import Foundation
import Storage

/// The figures of this process in Prometheus' text format (version 0.0.4), made when they are asked for. What they count is
/// calls, people and rows, never who.
struct Metrics: Sendable {
    let store: any Store
    let switchboard: SwitchboardService
    let topics: Topics
    let requests: Requests
    let now: @Sendable () -> Moment

    static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    func text(readiness: [Readiness.Part]) async -> String {
        var page = MetricsPage()
        for part in readiness {
            page.add(
                "hotline_part_up", .gauge, "1 while the part works.", part.problem == nil ? 1 : 0, ["part": part.name])
        }
        await addSwitchboard(to: &page)
        addOffers(to: &page)
        addStorage(to: &page)
        addRequests(to: &page)
        page.add(
            "hotline_event_streams", .gauge, "Open event streams of pages.", Double(await topics.readers.count))
        addProcess(to: &page)
        return page.text
    }

    private func addSwitchboard(to page: inout MetricsPage) async {
        let (board, calls) = await switchboard.read { ($0.board, $0.calls.count) }
        let agents = [
            ("ready", board.ready), ("onCall", board.onCall), ("wrapUp", board.wrapUp), ("break", board.onBreak),
        ]
        for (name, count) in agents {
            page.add("hotline_agents", .gauge, "Agents on duty by state.", Double(count), ["state": name])
        }
        let moment = now()
        for line in board.lines {
            page.add(
                "hotline_calls_waiting", .gauge, "Callers who wait for an agent.", Double(line.waiting),
                ["line": line.line.text])
            let waited = line.since.map { max(0, moment.milliseconds(since: $0)) } ?? 0
            page.add(
                "hotline_longest_wait_seconds", .gauge, "How long the first of them has waited.",
                Double(waited) / 1000, ["line": line.line.text])
        }
        page.add("hotline_calls", .gauge, "Calls in the switchboard.", Double(calls))
        page.add(
            "hotline_journal_position", .counter, "Events the switchboard has handled.",
            Double(await switchboard.position))
    }

    private func addStorage(to page: inout MetricsPage) {
        let activity = store.activity
        page.add(
            "hotline_database_changes_total", .counter, "Changes written, by outcome.", Double(activity.written),
            ["outcome": "written"])
        page.add(
            "hotline_database_changes_total", .counter, "Changes written, by outcome.", Double(activity.failed),
            ["outcome": "failed"])
        page.add(
            "hotline_database_commits_total", .counter, "Transactions that changes shared.", Double(activity.commits))
        page.add(
            "hotline_database_commit_seconds_total", .counter, "How long those took.", activity.commitSeconds)
        page.add(
            "hotline_database_changes_waiting", .gauge, "Changes that wait to be written.", Double(activity.waiting))
    }

    private func addRequests(to page: inout MetricsPage) {
        let counts = requests.counts
        for digit in counts.byClass.keys.sorted() {
            page.add(
                "hotline_http_requests_total", .counter, "Answers of the API by class of status.",
                Double(counts.byClass[digit]!), ["status": "\(digit)xx"])
        }
        let help = "How long the API's answers took; streams are counted when they have begun."
        for (bound, count) in zip(Requests.bounds, counts.within) {
            page.add(
                "hotline_http_request_seconds", .histogram, help, Double(count), ["le": "\(bound)"], suffix: "_bucket")
        }
        page.add(
            "hotline_http_request_seconds", .histogram, help, Double(counts.count), ["le": "+Inf"], suffix: "_bucket")
        page.add("hotline_http_request_seconds", .histogram, help, counts.seconds, suffix: "_sum")
        page.add("hotline_http_request_seconds", .histogram, help, Double(counts.count), suffix: "_count")
    }

    private func addOffers(to page: inout MetricsPage) {
        let times = switchboard.offerTimes
        add(
            times.sent, "hotline_offer_seconds",
            "From the event that brought a free agent and a caller together to the offer on her page.", to: &page)
        add(
            times.written, "hotline_journal_write_seconds", "How long a batch of events took to be on the disk.",
            to: &page)
    }

    private func add(_ durations: DurationCounts, _ name: String, _ help: String, to page: inout MetricsPage) {
        let counts = durations.counts
        for (bound, count) in zip(DurationCounts.bounds, counts.within) {
            page.add(name, .histogram, help, Double(count), ["le": "\(bound)"], suffix: "_bucket")
        }
        page.add(name, .histogram, help, Double(counts.count), ["le": "+Inf"], suffix: "_bucket")
        page.add(name, .histogram, help, counts.seconds, suffix: "_sum")
        page.add(name, .histogram, help, Double(counts.count), suffix: "_count")
    }

    /// As Prometheus' own clients name them.
    private func addProcess(to page: inout MetricsPage) {
        var time = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 {
            let seconds = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
            page.add("process_cpu_seconds_total", .counter, "User and system time.", seconds)
        }
        let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        if let pages = statm.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) {
            page.add(
                "process_resident_memory_bytes", .gauge, "Memory in use.", pages * Double(sysconf(Int32(_SC_PAGESIZE))))
        }
    }
}
