import Crypto
import Engine
import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import Storage

/// What the application works with. Tests give other ones.
package struct Dependencies: Sendable {
    package var store: any Store
    package var switchboard: SwitchboardService
    package var topics: Topics
    package var voice: any Voice
    /// As it is when the program starts.
    package var centre: CentreVersion
    package var wallClock: WallClock
    package var policies: CurrentPolicies
    /// The folder that holds `index.html`.
    package var pages: String
    /// Proposes while an order is written.
    package var catalogue: CurrentCatalogue
    /// Holds recordings by their digest.
    package var files: Vault
    /// nil serves plain HTTP, for loopback or behind a proxy.
    package var tls: TLSFiles?
    package var host: String
    /// 0 takes any that is free; `onListening` says which.
    package var port: Int
    package var onListening: @Sendable (_ port: Int) async -> Void
    package var now: @Sendable () -> Moment
    /// A name that no order or call has yet.
    package var newID: @Sendable () -> String
    package var passwords: Passwords
    /// Makes the codes by which citizens open their orders.
    package var citizensKey: SymmetricKey
    /// SHA-256 of what opens `/metrics`; nil leaves it closed.
    package var metricsTokenDigest: String?
    /// How long the database may owe an answer before nobody is let to wait for it: long for a row of a few bytes, and short for
    /// whoever waits.
    package var databasePatience: Duration = .seconds(3)
    package var proxies: Proxies
    /// How many orders a sheet holds at most.
    package var mostExported = OrderExport.most
    /// How many of them are on the disk at once, being made or sent.
    var mostLeaving = Sheets.mostLeaving
    /// Where sheets are made; what is in it goes with them.
    package var sheetFolder: String
    package var logger: Logger

    package struct TLSFiles: Sendable {
        package var certificate: String
        package var key: String

        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    package init(
        store: any Store, switchboard: SwitchboardService, topics: Topics, voice: any Voice, centre: CentreVersion,
        wallClock: WallClock = .china, policies: CurrentPolicies = CurrentPolicies(),
        catalogue: CurrentCatalogue = CurrentCatalogue(), pages: String,
        files: Vault, tls: TLSFiles? = nil, host: String = "127.0.0.1", port: Int,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in },
        now: @escaping @Sendable () -> Moment = { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
        newID: (@Sendable () -> String)? = nil,
        passwords: Passwords = Passwords(), citizensKey: SymmetricKey = SymmetricKey(size: .bits256),
        metricsTokenDigest: String? = nil, proxies: Proxies = .none,
        sheetFolder: String = FileManager.default.temporaryDirectory.path,
        logger: Logger
    ) {
        self.store = store
        self.switchboard = switchboard
        self.topics = topics
        self.voice = voice
        self.centre = centre
        self.wallClock = wallClock
        self.policies = policies
        self.catalogue = catalogue
        self.pages = pages
        self.files = files
        self.tls = tls
        self.host = host
        self.port = port
        self.onListening = onListening
        self.now = now
        self.newID = newID ?? { Secret.id(at: now()) }
        self.passwords = passwords
        self.citizensKey = citizensKey
        self.metricsTokenDigest = metricsTokenDigest
        self.proxies = proxies
        self.sheetFolder = sheetFolder
        self.logger = logger
    }
}

/// The web server. It runs the topics itself; the switchboard must run beside it, and outlive it.
package func buildApplication(_ dependencies: Dependencies) throws -> some ApplicationProtocol {
    let office = Office(dependencies)
    let readiness = Readiness(
        store: office.store, switchboard: office.switchboard, voice: office.voice,
        patience: dependencies.databasePatience, logger: dependencies.logger)
    let front = Front(
        gate: Gate(office: office, operations: Operations.all),
        monitoring: Monitoring(
            readiness: readiness,
            metrics: Metrics(
                store: office.store, switchboard: office.switchboard, topics: office.topics, requests: Requests(),
                now: office.now),
            tokenDigest: dependencies.metricsTokenDigest),
        open311: Open311(office: office),
        pages: Pages(folder: URL(fileURLWithPath: dependencies.pages, isDirectory: true)),
        sessions: office.sessions, logger: dependencies.logger, overTLS: dependencies.tls != nil,
        proxies: dependencies.proxies)
    return Application(
        responder: front, server: try server(dependencies.tls),
        configuration: ApplicationConfiguration(
            address: .hostname(dependencies.host, port: dependencies.port),
            // A stream and a request a page, for every page there may be.
            availableConnectionsDelegate: MaximumAvailableConnections(2 * Topics.mostReaders)),
        services: [office.topics, readiness, office.repeats, AlarmService(office: office)],
        onServerRunning: { channel in
            if let port = channel.localAddress?.port { await dependencies.onListening(port) }
        },
        logger: dependencies.logger)
}

private func server(_ tls: Dependencies.TLSFiles?) throws -> HTTPServerBuilder {
    // An idle connection is closed before a proxy or the browser would; one with a stream on it is not idle.
    let plain = HTTPServerBuilder.http1(
        configuration: .init(additionalChannelHandlers: [ConnectionEnds()], idleTimeout: .seconds(75)))
    guard let tls else { return plain }
    let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate)
    let configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: tls.key, format: .pem)))
    return try .tls(plain, tlsConfiguration: configuration)
}

extension Office {
    init(_ dependencies: Dependencies) {
        store = dependencies.store
        switchboard = dependencies.switchboard
        topics = dependencies.topics
        voice = dependencies.voice
        currentCentre = CurrentCentre(dependencies.centre, store: store, switchboard: switchboard)
        wallClock = dependencies.wallClock
        policies = dependencies.policies
        files = dependencies.files
        catalogue = dependencies.catalogue
        repeats = RepeatFinder(store: store, topics: topics, now: dependencies.now, logger: dependencies.logger)
        now = dependencies.now
        newID = dependencies.newID
        logger = dependencies.logger
        sessions = Sessions(
            store: store, passwords: dependencies.passwords, throttle: SignInThrottle(), now: now)
        sheets = Sheets(
            mostExported: dependencies.mostExported, mostLeaving: dependencies.mostLeaving,
            folder: dependencies.sheetFolder)
        staff = Staff(store)
        citizens = Citizens(store: store, codes: CitizenCodes(key: dependencies.citizensKey))
        desks = Desks(
            store: store, switchboard: switchboard, centre: currentCentre, wallClock: wallClock, now: now)
        boards = Boards(store: store, switchboard: switchboard, centre: currentCentre, wallClock: wallClock, now: now)
    }
}
