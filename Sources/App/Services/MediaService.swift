import Logging
import ServiceLifecycle
import Telephony

/// Keeps rtpengine running and tells Telephony when it goes and comes back. Without one on the machine everything but voice
/// works, and it says so.
struct MediaService: Service {
    /// Why voice is off; nil when it is on.
    let whyOff: String?
    private let process: RTPEngineProcess?

    static func start(
        _ configuration: ServeConfiguration, control: CallControl, logger: Logger
    ) async throws -> MediaService {
        var options = RTPEngineOptions(dataDirectory: configuration.dataDirectory)
        options.controlPort = configuration.mediaControlPort
        options.setMedia(configuration.mediaAddress)
        options.ports = configuration.mediaPorts
        options.recordingDirectory = options.dataDirectory + "/packets"
        if configuration.mediaEngine == .none {
            let why = "media.engine is none, which is for measuring only"
            logger.warning("calls have no sound", metadata: ["reason": "\(why)"])
            await control.setMedia(
                try MediaServer(
                    client: .withoutMedia(), recordingDirectory: options.recordingDirectory, logger: logger))
            return MediaService(whyOff: nil, process: nil)
        }
        let process = RTPEngineProcess(
            options: options, logger: logger,
            onChange: { change in
                switch change {
                case .lost: await control.mediaLost()
                case .back: await control.mediaBack()
                }
            }, onKey: { control.pressed($0) })
        do {
            let client = try await process.start()
            let media = try MediaServer(client: client, recordingDirectory: options.recordingDirectory, logger: logger)
            await control.setMedia(media)
            return MediaService(whyOff: nil, process: process)
        } catch MediaError.voiceOff {
            let why = "rtpengine is not installed; apt-get install rtpengine-daemon and start again"
            logger.warning("voice is off", metadata: ["reason": "\(why)"])
            return MediaService(whyOff: why, process: nil)
        }
    }

    func run() async throws {
        guard let process else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown { await process.watch() }
        // Told to stop, we take rtpengine with us; after a crash it is adopted by the next start.
        await process.stop()
    }
}
