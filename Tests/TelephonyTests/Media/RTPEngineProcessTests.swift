import Foundation
import Logging
import NIOCore
import Testing

@testable import Telephony

@Suite(
    .serialized, .enabled(if: MediaFixture.isInstalled, "rtpengine is not installed: apt install rtpengine-daemon"))
struct RTPEngineProcessTests {
    @Test func theNextHotlineAdoptsItAndDeletesTheOldSessions() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let pid = await world.process.pid
            await world.process.release()
            let next = RTPEngineProcess(options: world.options, logger: Logger(label: "next"))
            let client = try await next.start()
            #expect(await next.wasAdopted)
            #expect(await next.pid == pid)
            let calls = try await client.send("list", ["limit": 10])["calls"]?.list
            #expect(calls == [])
            await citizen.close()
            await next.stop()
            #expect(DetachedProcess.arguments(of: try #require(pid)).isEmpty)
        }
    }

    @Test func theAdoptedTellsTheNextHotlineOfPressedKeys() async throws {
        try await MediaFixture.with { world in
            let pid = await world.process.pid
            await world.process.release()
            let (keys, told) = AsyncStream.makeStream(of: KeyPress.self)
            let next = RTPEngineProcess(
                options: world.options, logger: Logger(label: "next"), onKey: { told.yield($0) })
            let client = try await next.start()
            #expect(await next.pid == pid)
            let media = try MediaServer(
                client: client, recordingDirectory: world.options.recordingDirectory, logger: Logger(label: "next"))
            let phone = try await RTPStream.open()
            try await phone.aim(at: try await media.openInbound(leg: "c", offer: phone.description()))
            try await phone.say(hertz: 440)
            try await phone.press("1")
            var heard = keys.makeAsyncIterator()
            #expect(await heard.next() == KeyPress(leg: "c", key: "1"))
            try await phone.press("#")
            #expect(await heard.next() == KeyPress(leg: "c", key: "#"))
            await phone.close()
            await next.stop()
        }
    }

    @Test func onlyAPartysKeysOfCallsOfOursAreHeard() {
        func heard(_ text: String) -> KeyPress? { KeyListener.keyPress(Data(text.utf8)) }
        func note(_ call: String, _ tag: String, _ event: Int) -> String {
            #"{"callid":"\#(call)","source_tag":"\#(tag)","tags":["hub"],"type":"DTMF","event":\#(event),"volume":10}"#
        }
        #expect(heard(note("hl-c-1", "party", 11)) == KeyPress(leg: "c-1", key: "#"))
        #expect(heard(note("hl-c-1", "hub", 1)) == nil)
        #expect(heard(note("another", "party", 1)) == nil)
        #expect(heard(note("hl-c-1", "party", 16)) == nil)
        #expect(heard(note("hl-c-1", "party", -1)) == nil)
        #expect(heard("1") == nil)
    }

    @Test func otherOptionsReplaceIt() async throws {
        try await MediaFixture.with { world in
            let pid = try #require(await world.process.pid)
            await world.process.release()
            var options = world.options
            options.ports = (options.ports.lowerBound + 20)...options.ports.upperBound
            let next = RTPEngineProcess(options: options, logger: Logger(label: "next"))
            _ = try await next.start()
            #expect(await !next.wasAdopted)
            #expect(DetachedProcess.arguments(of: pid).isEmpty)
            await next.stop()
        }
    }

    @Test func itRunsInASessionOfItsOwnWithNoneOfOurSockets() async throws {
        try await MediaFixture.with { world in
            let pid = try #require(await world.process.pid)
            #expect(getsid(pid) != getsid(0))
            #expect(getpgid(pid) != getpgid(0))
            let stat = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
            #expect(!stat.contains("PPid:\t\(getpid())\n"))
            let ours = try Set(socketInodes(getpid()))
            #expect(try ours.isDisjoint(with: socketInodes(pid)))
            let mode = try FileManager.default.attributesOfItem(atPath: world.options.logFile)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
    }

    @Test func theKilledIsStartedAgainAndSaysSo() async throws {
        try await MediaFixture.with { world in
            await world.process.release()
            let (changes, told) = AsyncStream.makeStream(of: RTPEngineProcess.Change.self)
            let process = RTPEngineProcess(options: world.options, logger: Logger(label: "watched")) { change in
                told.yield(change)
            }
            let client = try await process.start()
            let pid = try #require(await process.pid)
            let watch = Task { await process.watch() }
            let start = ContinuousClock.now
            kill(pid, SIGKILL)
            var seen: [RTPEngineProcess.Change] = []
            for await change in changes {
                seen.append(change)
                if change == .back { break }
            }
            print("back after", ContinuousClock.now - start)
            #expect(seen == [.lost, .back])
            #expect(await process.pid != pid)
            try await client.send("ping")
            watch.cancel()
            await process.stop()
        }
    }

    @Test func itStopsDuringARecordingWithoutACrash() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            try await world.media.startRecording(leg: "c", as: "r")
            try await Task.sleep(for: .milliseconds(300))
            await world.process.stop()
            await world.media.forgetAll()
            let log = try String(contentsOfFile: world.options.logFile, encoding: .utf8)
            #expect(!log.contains("egmentation"))
            // What was recorded until then is there for the next start.
            let path = world.directory + "/r.wav"
            let summary = try await world.media.finishRecording("r", to: path)
            #expect(summary.packetsLeft > 5)
            await citizen.close()
        }
    }

    @Test func aCrashLeavesWhatWasRecorded() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.startRecording(leg: "c", as: "r")
            try await world.media.join("c", "a")
            try await Task.sleep(for: .seconds(1))
            kill(try #require(await world.process.pid), SIGKILL)
            await world.media.forgetAll()
            #expect(world.media.unfinishedRecordings() == ["r"])
            let summary = try await world.media.finishRecording("r", to: world.directory + "/r.wav")
            // The last 4 KB, a fifth of a second, were in rtpengine's buffer.
            #expect(summary.packetsLeft > 30 && summary.packetsRight > 30)
            let wav = try WAV(contentsOf: world.directory + "/r.wav")
            #expect(Tone.amplitude(of: 440, in: wav.channel(0)[2_000...]) > 6_000)
            await citizen.close()
            await agent.close()
        }
    }

    @Test func withoutTheBinaryVoiceIsOff() async throws {
        var options = RTPEngineOptions(dataDirectory: NSTemporaryDirectory() + "hotline-none-\(UUID().uuidString)")
        options.binaries = ["/nowhere/rtpengine"]
        let process = RTPEngineProcess(options: options, logger: Logger(label: "none"))
        await #expect(throws: MediaError.voiceOff) { try await process.start() }
        try? FileManager.default.removeItem(atPath: options.dataDirectory)
    }

    @Test func aSilentEngineIsUnreachableAfterThreeSeconds() async throws {
        let sink = try MediaSink()
        let client = try await RTPEngineClient.connect(port: sink.port)
        let start = ContinuousClock.now
        await #expect(throws: MediaError.unreachable) { try await client.send("ping") }
        // Not before three seconds, and at all; how much later, a busy machine decides.
        #expect(ContinuousClock.now - start >= .seconds(2.9))
        await client.close()
        await #expect(throws: MediaError.unreachable) { try await client.send("ping") }
    }

    @Test func aRefusalCarriesItsReason() async throws {
        try await MediaFixture.with { world in
            await #expect(throws: MediaError.refused("Unknown call-id")) {
                try await world.client.send("query", ["call-id": "nobody"])
            }
        }
    }

    private func socketInodes(_ pid: Int32) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")
            .compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)") }
            .filter { $0.hasPrefix("socket:") }
    }
}
