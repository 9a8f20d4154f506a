import Foundation
import HTTPTypes
import Hummingbird

/// Serves the web pages: the files of one folder, `citizen.html` for the addresses of citizens, and `index.html` for every other
/// that is the app's own.
struct Pages: Sendable {
    let folder: URL

    func respond(to request: Request, path: String, context: RequestBasics) async -> Response {
        guard request.method == .get || request.method == .head else {
            return plain(.methodNotAllowed, headers: [.allow: "GET, HEAD"])
        }
        guard let name = Self.file(for: path), let file = Self.plainFile(name, below: folder) else {
            return plain(.notFound)
        }
        let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
        let changed = (facts?[.modificationDate] as? Date) ?? Date(timeIntervalSince1970: 0)
        let tag =
            "\"\(String(file.size, radix: 16))-\(String(Int64(changed.timeIntervalSince1970 * 1000), radix: 16))\""
        var headers: HTTPFields = [
            .eTag: tag, .lastModified: Self.httpDate(changed), .contentType: Self.mediaType(of: name),
            // Asked again each time, and mostly answered with 304: a new version of the program shows at once.
            .cacheControl: "no-cache",
        ]
        if request.headers[.ifNoneMatch].map({ Self.matches($0, tag) }) ?? false {
            var unchanged = Response(status: .notModified, headers: headers)
            // It would be taken for the file's.
            unchanged.headers[.contentLength] = nil
            return unchanged
        }
        headers[.contentLength] = String(file.size)
        guard request.method == .get, file.size > 0 else { return Response(status: .ok, headers: headers) }
        guard let body = try? await FileIO().loadFile(path: file.path, context: context) else {
            return plain(.notFound)
        }
        return Response(status: .ok, headers: headers, body: body)
    }

    private func plain(_ status: HTTPResponse.Status, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: status.reasonPhrase)))
    }

    /// The file's name below the folder; nil for a path that names none. A segment that begins with a dot is hidden, and among
    /// those are `.` and `..`.
    static func file(for path: String) -> String? {
        guard let decoded = path.removingPercentEncoding, decoded.hasPrefix("/"), !decoded.contains("\0"),
            !decoded.contains("\\")
        else { return nil }
        let segments = decoded.split(separator: "/")
        guard !segments.contains(where: { $0.hasPrefix(".") }) else { return nil }
        guard let last = segments.last, last.contains(".") else {
            return segments.first == "citizen" ? "citizen.html" : "index.html"
        }
        return segments.joined(separator: "/")
    }

    /// The file, if it is a plain one below the folder once every link is followed: the path comes from outside.
    private static func plainFile(_ path: String, below folder: URL) -> (path: String, size: Int)? {
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let found = folder.appendingPathComponent(path).resolvingSymlinksInPath().standardizedFileURL.path
        guard found.hasPrefix(root.hasSuffix("/") ? root : root + "/"),
            let facts = try? FileManager.default.attributesOfItem(atPath: found),
            facts[.type] as? FileAttributeType == .typeRegular, let size = (facts[.size] as? NSNumber)?.intValue
        else { return nil }
        return (found, size)
    }

    private static func matches(_ header: String, _ tag: String) -> Bool {
        header == "*"
            || header.split(separator: ",").contains { each in
                let bare = each.drop { $0 == " " }
                return (bare.hasPrefix("W/") ? bare.dropFirst(2) : bare) == tag
            }
    }

    private static func mediaType(of name: String) -> String {
        switch name.split(separator: ".").last?.lowercased() {
        case "html": "text/html; charset=utf-8"
        case "js", "mjs": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json; charset=utf-8"
        case "webmanifest": "application/manifest+json"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        case "wav": "audio/wav"
        case "mp3": "audio/mpeg"
        case "txt", "md": "text/plain; charset=utf-8"
        default: "application/octet-stream"
        }
    }

    /// `Sun, 22 Nov 2026 06:05:09 GMT`
    private static func httpDate(_ date: Date) -> String {
        let style = Date.VerbatimFormatStyle(
            format:
                "\(weekday: .abbreviated), \(day: .twoDigits) \(month: .abbreviated) \(year: .extended(minimumLength: 4)) \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) GMT",
            locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt, calendar: Calendar(identifier: .gregorian))
        return date.formatted(style)
    }
}
