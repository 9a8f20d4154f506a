import Foundation

/// What a citizen is promised about an order. The words are those of the API and the command line.
package enum ClockName: String, Sendable, Codable, CaseIterable {
    /// 响应: the body has spoken with the citizen. Met by its first recorded contact.
    case respond
    /// 办结: the matter is closed.
    case resolve
}

/// Which clocks run for an order of a given urgency, and how long each is. Rules are data: this is read from a file, and
/// names its source.
package struct ClockPolicy: Sendable, Equatable, Codable {
    package let name: String
    package let source: String
    package let promises: [Promise]

    /// One clock's length, from the dispatch of the order.
    package struct Promise: Sendable, Equatable, Codable {
        package let urgency: Urgency
        package let clock: ClockName
        /// Hours by the clock on the wall, nights and holidays counted, to the second.
        package let hours: Int?
        /// Working days: the day of the start is left out, and the last ends at 23:59:59.
        package let workingDays: Int?
    }

    package init(file data: Data) throws {
        let policy = try JSONDecoder().decode(ClockPolicy.self, from: data)
        for promise in policy.promises {
            let lengths = [promise.hours, promise.workingDays].compactMap { $0 }
            guard lengths.count == 1, lengths[0] >= 1 else { throw Malformed(promise: promise) }
        }
        self = policy
    }

    package struct Malformed: Error, CustomStringConvertible {
        let promise: Promise
        package var description: String {
            "the promise \(promise.clock.rawValue) of \(promise.urgency.rawValue) wants either hours or workingDays, 1 or more"
        }
    }

    /// Hangzhou's rules as the file gives them; the default.
    package static let hangzhou: ClockPolicy = {
        do {
            return try ClockPolicy(file: Data(PackageResources.hangzhou_json))
        } catch {
            preconditionFailure("the built-in policy does not read: \(error)")
        }
    }()

    /// The urgencies this policy has rules for, in the order the file names them.
    package var urgencies: [Urgency] {
        Urgency.allCases.filter { urgency in promises.contains { $0.urgency == urgency } }
    }
}
