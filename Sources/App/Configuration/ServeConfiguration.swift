import Configuration
import Foundation
import SIP
import Storage

/// Everything `hotline serve` can be told, read once at the start. Keys are described in `docs/configuration.md`.
///
/// Flags come before the environment, the environment before the file, the file before the defaults here.
package struct ServeConfiguration: Sendable {
    package var dataDirectory: String
    package var database: DatabaseLocation
    package var listen: HostPort
    package var certificate: String?
    package var certificateKey: String?
    package var pages: String
    package var sipListen: HostPort
    package var sipAdvertised: String?
    package var trunks: [TrustedPeer]
    package var devices: [TrustedPeer]
    package var outbound: PeerAddress?
    package var vanishedAfter: Duration
    package var mediaEngine: MediaEngine
    /// Whether a dispatch model is taught each night.
    package var teachesDispatch: Bool
    package var mediaAddress: String
    package var mediaPorts: ClosedRange<Int>
    package var mediaControlPort: Int
    package var prompts: String
    /// The current one first; empty for those of `DIR/files.key`.
    package var fileKeys: [String]
    /// Nil sends no letters.
    package var post: LetterPost?
    package var logLevel: String
    package var logFormat: LogFormat
    package var proxies: Proxies
    /// SHA-256 of what opens `/metrics`; nil leaves it closed.
    package var metricsTokenDigest: String?

    package enum LogFormat: String, CaseIterable, Sendable { case text, json }

    /// `none` is for measuring only: calls are taken and have no sound.
    package enum MediaEngine: String, CaseIterable, Sendable { case rtpengine, none }

    /// Something in the configuration cannot be used; the sentence says what to write instead.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    package init(_ config: ConfigReader) throws {
        dataDirectory = config.string(forKey: "data.directory", default: ".data")
        database = try Self.database(config.string(forKey: "database", isSecret: true), dataDirectory: dataDirectory)
        listen = try Self.hostPort(config, "http.listen", "127.0.0.1:8080")
        certificate = config.string(forKey: "http.certificate")
        certificateKey = config.string(forKey: "http.key")
        guard (certificate == nil) == (certificateKey == nil) else {
            throw Problem(description: "http.certificate and http.key go together; give both or neither")
        }
        let proxies = config.stringArray(forKey: "http.proxies", default: [])
        guard let proxies = Proxies(proxies) else {
            throw Problem(
                description: "http.proxies are IP addresses, such as 10.0.0.5, not \(proxies.joined(separator: ","))")
        }
        self.proxies = proxies
        pages = config.string(forKey: "http.pages", default: "Public")
        sipListen = try Self.hostPort(config, "sip.listen", "127.0.0.1:5060")
        sipAdvertised = config.string(forKey: "sip.advertised")
        trunks = try Self.peers(config, "sip.trunks", .trunk, default: ["127.0.0.1"])
        devices = try Self.peers(config, "sip.devices", .device, default: [])
        outbound = try Self.outbound(config)
        let vanish = config.int(forKey: "sip.vanishSeconds", default: 60)
        guard (1...3600).contains(vanish) else {
            throw Problem(description: "sip.vanishSeconds is 1 to 3600, not \(vanish)")
        }
        vanishedAfter = .seconds(vanish)
        let engine = config.string(forKey: "media.engine", default: "rtpengine")
        guard let engine = MediaEngine(rawValue: engine) else {
            throw Problem(description: "media.engine is rtpengine, or none for measuring without sound; not \(engine)")
        }
        mediaEngine = engine
        teachesDispatch = config.bool(forKey: "dispatch.teach", default: true)
        mediaAddress = config.string(forKey: "media.address", default: "127.0.0.1")
        mediaPorts = try Self.ports(config.string(forKey: "media.ports", default: "30000-39999"))
        mediaControlPort = config.int(forKey: "media.controlPort", default: 0)
        prompts = config.string(forKey: "prompts.directory", default: ".prompts")
        fileKeys = config.stringArray(forKey: "files.keys", isSecret: true, default: [])
        post = try config.string(forKey: "mail.from").map { from in
            let command = config.string(forKey: "mail.command", default: "/usr/sbin/sendmail -t -i")
            guard from.contains("@"), !from.contains(where: \.isWhitespace) else {
                throw Problem(description: "mail.from is one address, such as hotline@example.org; not \(from)")
            }
            guard let post = LetterPost(command: command, from: from) else {
                throw Problem(description: "mail.command begins with the whole path of a program; not \(command)")
            }
            return post
        }
        logLevel = config.string(forKey: "log.level", default: "info")
        let format = config.string(forKey: "log.format", default: "text")
        guard let known = LogFormat(rawValue: format) else {
            throw Problem(description: "log.format is text or json, not \(format)")
        }
        logFormat = known
        metricsTokenDigest = try config.string(forKey: "metrics.token", isSecret: true).map { token in
            guard token.count >= 16 else {
                throw Problem(description: "metrics.token has 16 characters or more; `openssl rand -hex 16` makes one")
            }
            return Secret.digest(token)
        }
    }

    /// Reads flags, environment (`HOTLINE_HTTP_LISTEN`) and file in that order.
    package static func load(flags: [String: ConfigValue], file: String?) async throws -> ServeConfiguration {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (key, value) in flags {
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init), context: [:])] = value
        }
        var providers: [any ConfigProvider] = [
            InMemoryProvider(name: "flags", values: values),
            EnvironmentVariablesProvider().prefixKeys(with: "hotline"),
        ]
        if let file {
            guard FileManager.default.isReadableFile(atPath: file) else {
                throw Problem(description: "the configuration file \(file) cannot be read")
            }
            providers.append(try await FileProvider<JSONSnapshot>(filePath: .init(file)))
        }
        return try ServeConfiguration(ConfigReader(providers: providers))
    }

    /// - Parameter url: nil or empty for the files of the data folder.
    package static func database(_ url: String?, dataDirectory: String) throws -> DatabaseLocation {
        guard let url, !url.isEmpty else { return .sqlite(directory: dataDirectory) }
        guard url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            // Not shown: it may hold a password.
            throw Problem(
                description: "database is a URL as in postgres://user:password@10.0.0.5:5432/hotline, or nothing for "
                    + "SQLite files in the data folder")
        }
        return .postgres(url: url)
    }

    private static func hostPort(_ config: ConfigReader, _ key: String, _ fallback: String) throws -> HostPort {
        let text = config.string(forKey: ConfigKey(key), default: fallback)
        guard let address = HostPort(text) else {
            throw Problem(description: "\(key) is HOST:PORT, as in \(fallback); \(text) is not")
        }
        return address
    }

    private static func peers(
        _ config: ConfigReader, _ key: String, _ kind: TrustedPeer.Kind, default fallback: [String]
    ) throws -> [TrustedPeer] {
        try config.stringArray(forKey: ConfigKey(key), default: fallback).map { text in
            guard let peer = TrustedPeer(text, kind: kind) else {
                throw Problem(
                    description: "\(key) holds addresses, as in 10.0.0.1, 10.0.0.1:5062 or 10.1.0.0/16; \(text) is none"
                )
            }
            return peer
        }
    }

    private static func outbound(_ config: ConfigReader) throws -> PeerAddress? {
        guard let text = config.string(forKey: "sip.outbound") else { return nil }
        guard let address = HostPort(text), address.port > 0 else {
            throw Problem(
                description: "sip.outbound is the address of the trunk for calls to citizens, as in 10.0.0.1:5060")
        }
        return PeerAddress(ip: address.host, port: UInt16(address.port))
    }

    private static func ports(_ text: String) throws -> ClosedRange<Int> {
        let parts = text.split(separator: "-").map { Int($0) }
        guard parts.count == 2, let low = parts[0], let high = parts[1], 1024 <= low, low < high, high <= 65_535 else {
            throw Problem(description: "media.ports is a range as in 30000-39999, from 1024 to 65535; \(text) is not")
        }
        return low...high
    }
}
