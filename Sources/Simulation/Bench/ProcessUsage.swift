import Foundation

/// What a process has used since this value was made, as Linux tells in /proc (proc(5)).
package struct ProcessUsage: Sendable {
    private let pid: Int32
    private let ticksBefore: Double

    package struct Used: Sendable {
        package let cpuSeconds: Double
        package let highestMB: Double
    }

    package init(pid: Int32) {
        self.pid = pid
        ticksBefore = Self.ticks(pid)
    }

    package func used() -> Used {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let highest = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kilobytes = highest.flatMap { Double($0.filter(\.isNumber)) } ?? 0
        return Used(
            cpuSeconds: (Self.ticks(pid) - ticksBefore) / Double(sysconf(Int32(_SC_CLK_TCK))),
            highestMB: kilobytes / 1024)
    }

    /// utime and stime, the 14th and 15th fields; the second, the name, may hold spaces and ends with the last `)`.
    private static func ticks(_ pid: Int32) -> Double {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let name = stat.lastIndex(of: ")")
        else { return 0 }
        let fields = stat[stat.index(after: name)...].split(separator: " ")
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else { return 0 }
        return user + system
    }
}
