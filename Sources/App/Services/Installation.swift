import Engine
import Foundation
import Hummingbird
import Logging
import SIP
import ServiceLifecycle
import Storage
import Telephony

/// One running hotline: what a data folder holds, put together in the order of what needs what.
package struct Installation: Sendable {
    /// Nil, or why voice is off.
    package let voiceOff: String?
    private let services: ServiceGroup
    private let store: any Store
    private let lock: DataLock

    /// Brings everything to the point where calls and pages can be served; `run` serves them.
    ///
    /// - Parameters:
    ///   - teaching: makes a new dispatch model each night; nil makes none.
    ///   - onListening: told the port of the pages and the address for calls, once both are open.
    package static func prepare(
        _ configuration: ServeConfiguration, store: any Store, lock: DataLock, teaching: TeachingProcess?,
        logger: Logger,
        onListening: @escaping @Sendable (_ port: Int, _ sip: PeerAddress) async -> Void
    ) async throws -> Installation {
        let now: @Sendable () -> Moment = { Moment(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
        let directory = configuration.dataDirectory
        let centre = try await store.centreVersion() ?? .none

        // The state of the world as the journal has it, and the rows of calls brought up to it.
        let journal = try await configuration.database.openJournal()
        let projector = CallProjector(store: store, logger: logger)
        try await projector.catchUp(with: journal)
        let switchboard = try await SwitchboardService(journal: journal, now: now, logger: logger)

        let topics = Topics(switchboard: switchboard, store: store, now: now, logger: logger)
        let recordings = directory + "/recordings"
        let vault = Vault(
            directory: directory + "/files",
            keys: try FileKeyRing(dataDirectory: directory).keys(configured: configuration.fileKeys))
        try vault.removeTemporaries()
        let keeper = RecordingKeeper(vault: vault, store: store, folder: recordings, logger: logger)
        let spool = try CallSpool(
            dataDirectory: directory, store: store, switchboard: switchboard, now: now, logger: logger)
        let control = CallControl(
            settings: callSettings(configuration, centre.centre),
            notices: notices(topics, switchboard, spool, keeper: keeper, recordings: recordings),
            logger: logger, tell: { switchboard.tell($0) })
        let finder = CallerFinder(store: store, logger: logger) { switchboard.tell($0) }
        await switchboard.listen { entry in
            await control.perform(entry.actions)
            await projector.take(entry)
            await finder.take(entry)
        }

        let media = try await MediaService.start(configuration, control: control, logger: logger)
        let sip = try await control.bind()
        await control.finishLeftRecordings()

        let citizensKey = try KeyFile.citizens.read(dataDirectory: directory)
        let catalogue = CurrentCatalogue(dataDirectory: directory)
        let policies = CurrentPolicies()
        try await policies.load(from: store)
        let sheets = directory + "/sheets"
        try SheetFolder.prepare(sheets)
        let application = try buildApplication(
            Dependencies(
                store: store, switchboard: switchboard, topics: topics, voice: control, centre: centre,
                policies: policies, catalogue: catalogue,
                pages: configuration.pages, files: vault,
                tls: configuration.certificate.flatMap { certificate in
                    configuration.certificateKey.map { .init(certificate: certificate, key: $0) }
                },
                host: configuration.listen.host, port: configuration.listen.port,
                onListening: { await onListening($0, sip) },
                now: now, citizensKey: citizensKey,
                metricsTokenDigest: configuration.metricsTokenDigest, proxies: configuration.proxies,
                sheetFolder: sheets, logger: logger))

        // First of all events: the legs and timers of an earlier run are not there any more.
        // What was left over ends under the centre it began with, before a new one is taken up.
        switchboard.tell(.started)
        switchboard.tell(.configured(centre.setup))

        let sealer = AuditSealer(
            store: store, anchors: AuditAnchors(dataDirectory: directory), wall: .china, now: now, logger: logger)

        let indexer = SearchIndexer(store: store, logger: logger)
        let retention = RetentionService(store: store, keeper: keeper, wall: .china, now: now, logger: logger)

        let deliveries = DeliveryService(
            store: store, key: try KeyFile.webhook.read(dataDirectory: directory), citizensKey: citizensKey,
            post: configuration.post, now: now, logger: logger)

        let dispatchTeaching = teaching.map { process in
            DispatchTeaching(
                store: store, catalogue: catalogue, wall: .china, now: now, teach: { try await process.run() },
                logger: logger)
        }

        // Stopped in the opposite order: pages first, then calls, then the switchboard writes what they told it.
        let services: [any Service] = [
            sealer, indexer, retention, deliveries, keeper, projector, finder, switchboard, spool, media, control,
            application,
        ]
        let all = services + (dispatchTeaching.map { [$0] } ?? [])
        let group = ServiceGroup(
            configuration: .init(
                services: all.map { .init(service: $0, successTerminationBehavior: .gracefullyShutdownGroup) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        return Installation(voiceOff: media.whyOff, services: group, store: store, lock: lock)
    }

    /// Serves until told to stop by SIGTERM or SIGINT.
    package func run() async throws {
        try await services.run()
        try await store.close()
        lock.release()
    }

    private static func callSettings(_ configuration: ServeConfiguration, _ centre: Centre) -> CallControl.Settings {
        let advertised = configuration.sipAdvertised.map { HostPort($0) ?? HostPort("\($0):0")! }
        let phones = (centre.agents.compactMap(\.phone) + (centre.seats ?? []).map(\.phone))
            .compactMap { URI($0)?.sip?.host }.compactMap { TrustedPeer($0, kind: .device) }
        return CallControl.Settings(
            sip: SIPEndpoint.Options(
                host: configuration.sipListen.host, port: configuration.sipListen.port,
                advertisedHost: advertised?.host,
                advertisedPort: advertised.flatMap { $0.port == 0 ? nil : $0.port },
                trustedPeers: configuration.trunks + configuration.devices + phones),
            trunk: configuration.outbound,
            lines: centre.lines.map { .init(id: $0.id, number: $0.number, greeting: $0.greeting) },
            prompts: configuration.prompts,
            announcements: Announcements(
                prompts: configuration.prompts, cache: configuration.dataDirectory + "/announcements"),
            vanishedAfter: configuration.vanishedAfter,
            run: String(UInt32.random(in: .min ... .max), radix: 36))
    }

    private static func notices(
        _ topics: Topics, _ switchboard: SwitchboardService, _ spool: CallSpool, keeper: RecordingKeeper,
        recordings: String
    ) -> CallControl.Notices {
        CallControl.Notices(
            mayTakeCalls: { await switchboard.isJournalAvailable },
            turnedAway: { await spool.note($0, $1, $2) },
            recorded: { call, path in await keeper.keep(path, of: call) },
            browserLegLost: { agent in await topics.voiceLost(of: agent) },
            recordings: recordings)
    }
}

extension CallControl: Voice {
    package var state: VoiceState {
        isVoiceOn ? .on : .off(reason: "the media server is not running")
    }

    package func open(for agent: AgentID) async throws -> (leg: String, sdp: String) {
        try await openBrowserLeg(for: agent)
    }

    package func answer(agent: AgentID, leg: String, sdp: String) async throws {
        do {
            try await acceptBrowserLeg(of: agent, leg: leg, answer: sdp)
        } catch MediaError.noSuchLeg {
            throw VoiceRefusal.unknownLeg
        } catch MediaError.unusableDescription, MediaError.refused {
            throw VoiceRefusal.badAnswer
        }
    }

    package func close(agent: AgentID) {
        closeBrowserLeg(of: agent)
    }
}

extension CentreVersion {
    /// What a first start knows: nothing can be called yet, but an administrator can sign in.
    static let none = CentreVersion(
        centre: Centre(
            id: "main", name: "热线", englishName: "Hotline", lines: [], queues: [], bodies: [], sites: [], agents: []),
        version: 0, at: Moment(milliseconds: 0), savedBy: nil)
}
