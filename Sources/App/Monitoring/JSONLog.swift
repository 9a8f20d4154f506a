import Foundation
import Logging

/// A line of JSON an entry on standard error, for whoever collects logs: constant sentences, and what differs beside them.
package struct JSONLog: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String

    package init(label: String) { self.label = label }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        FileHandle.standardError.write(Data((line(event, at: Date()) + "\n").utf8))
    }

    func line(_ event: LogEvent, at date: Date) -> String {
        let provided = metadataProvider?.get() ?? [:]
        let all = metadata.merging(provided) { $1 }.merging(event.metadata ?? [:]) { $1 }
        var members: [String: JSON] = [
            "time": .string(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))),
            "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(event.message.description),
        ]
        if !all.isEmpty { members["with"] = .object(all.mapValues { .string("\($0)") }) }
        return JSON.object(members).text
    }
}
