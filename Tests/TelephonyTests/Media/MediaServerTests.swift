import Foundation
import Testing

@testable import Telephony

/// Real rtpengine, real RTP on loopback.
@Suite(
    .serialized, .enabled(if: MediaFixture.isInstalled, "rtpengine is not installed: apt install rtpengine-daemon"))
struct MediaServerTests {
    @Test func twoPersonsHearEachOtherFromJoinToPark() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            #expect(try await citizen.hears([]))
            let start = ContinuousClock.now
            try await world.media.join("c", "a")
            print("join took", ContinuousClock.now - start)
            #expect(try await citizen.hears([660]))
            #expect(try await agent.hears([440]))
            #expect(try await agent.heard().lost == 0)
            try await world.media.park("a")
            #expect(try await citizen.hears([]))
            #expect(try await agent.hears([]))
            await world.media.close(leg: "c")
            #expect(await world.media.openLegs == ["a"])
            await citizen.close()
            await agent.close()
        }
    }

    @Test func anALawTrunkTalksWithAMuLawPhone() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440, law: .a)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.join("c", "a")
            #expect(try await citizen.hears([660]))
            #expect(try await citizen.heard().payloadTypes == [8])
            #expect(try await agent.hears([440]))
            #expect(try await agent.heard().payloadTypes == [0])
            await citizen.close()
            await agent.close()
        }
    }

    @Test func anAgentsLegStaysUpForThreeCitizensInARow() async throws {
        try await MediaFixture.with { world in
            let agent = try await world.called("a", hertz: 660)
            for (index, hertz) in [440, 880, 1000].enumerated() {
                let citizen = try await world.caller("c\(index)", hertz: hertz)
                try await citizen.forget()
                let start = ContinuousClock.now
                try await world.media.join("c\(index)", "a")
                let joined = ContinuousClock.now - start
                while try await citizen.heard().packets == 0 { try await Task.sleep(for: .milliseconds(1)) }
                print("joined in", joined, "heard after", ContinuousClock.now - start)
                #expect(try await citizen.hears([660]))
                #expect(try await agent.hears([hertz]))
                await world.media.close(leg: "c\(index)")
                #expect(try await agent.hears([]))
                await citizen.close()
            }
            await agent.close()
        }
    }

    @Test func joiningAnotherLeavesTheFormerAlone() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let first = try await world.called("a", hertz: 660)
            let second = try await world.called("b", hertz: 880)
            try await world.media.join("c", "a")
            try await world.media.join("c", "b")
            #expect(try await citizen.hears([880]))
            #expect(try await second.hears([440]))
            #expect(try await first.hears([]))
            for phone in [citizen, first, second] { await phone.close() }
        }
    }

    @Test func theHeldHearMusicAndNobodyElseAnything() async throws {
        try await MediaFixture.with { world in
            let music = try world.wav("music", hertz: 1000, milliseconds: 2_000)
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.play(leg: "c", file: music, repeats: MediaServer.forever)
            #expect(try await citizen.hears([1000]))
            try await world.media.join("c", "a")
            #expect(try await citizen.hears([660]))
            try await world.media.hold(leg: "c", music: music)
            #expect(try await citizen.hears([1000]))
            #expect(try await agent.hears([]))
            try await world.media.resume(leg: "c")
            #expect(try await citizen.hears([660]))
            #expect(try await agent.hears([440]))
            let length = try await world.media.play(leg: "c", file: music)
            #expect(length == .milliseconds(2_000))
            #expect(try await citizen.hears([1000]))
            #expect(try await agent.hears([440]))
            try await world.media.stopPlaying(leg: "c")
            #expect(try await citizen.hears([660]))
            await #expect(throws: MediaError.unplayable("/nowhere.wav")) {
                try await world.media.play(leg: "c", file: "/nowhere.wav")
            }
            #expect(try await citizen.hears([660]))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func aPhoneRungForACitizenHearsHerFromTheJoinOn() async throws {
        try await MediaFixture.with { world in
            let music = try world.wav("music", hertz: 1000, milliseconds: 2_000)
            let number = try world.wav("number", hertz: 880, milliseconds: 4_000)
            let citizen = try await world.caller("c", hertz: 440)
            try await world.media.play(leg: "c", file: music, repeats: MediaServer.forever)
            let agent = try await world.called("a", hertz: 660, toward: "c")
            #expect(try await citizen.hears([1000]))
            #expect(try await agent.hears([]))
            #expect(try await world.media.join("c", "a", announcing: number) == .milliseconds(4_000))
            #expect(try await agent.hears([440]))
            #expect(try await citizen.hears([880]))
            try await Task.sleep(for: .seconds(3))
            try await world.media.endAnnouncement(to: "c")
            #expect(try await citizen.hears([660]))
            #expect(try await agent.hears([440]))
            #expect(try await world.media.join("c", "a", announcing: "/nowhere.wav") == nil)
            #expect(try await citizen.hears([660]))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func theMutedAreHeardByNobodyThroughAJoin() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.mute("a")
            try await world.media.join("c", "a")
            #expect(try await citizen.hears([]))
            #expect(try await agent.hears([440]))
            try await world.media.unmute("a")
            #expect(try await citizen.hears([660]))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func aPhonesOwnHoldIsAnsweredAndUndone() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.join("c", "a")
            let held = try await world.media.renegotiate(leg: "c", offer: citizen.description(direction: "sendonly"))
            #expect(held.contains("a=recvonly"))
            #expect(try await citizen.hears([]))
            #expect(try await agent.hears([440]))
            let back = try await world.media.renegotiate(leg: "c", offer: citizen.description())
            #expect(back.contains("a=sendrecv"))
            #expect(try AudioDescription(parsing: back).port == AudioDescription(parsing: held).port)
            #expect(held.contains(" 2 IN IP4 ") && back.contains(" 3 IN IP4 "))
            #expect(try await citizen.hears([660]))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func aPartyThatMovesToAnotherAddressIsFollowed() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.join("c", "a")
            let moved = try await RTPStream.open()
            await citizen.close()
            let answer = try await world.media.renegotiate(leg: "c", offer: moved.description())
            try await moved.aim(at: answer)
            try await moved.say(hertz: 880)
            #expect(try await moved.hears([660]))
            #expect(try await agent.hears([880]))
            await moved.close()
            await agent.close()
        }
    }

    private static let opening = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"

    @Test func anotherCodecIsTakenTranscodedAndStaysThroughJoins() async throws {
        try await MediaFixture.with { world in
            let opus = "m=audio 9 RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\na=sendrecv\r\n"
            let answer = try await world.media.openInbound(leg: "c", offer: Self.opening + opus)
            #expect(answer.contains("a=rtpmap:111 opus/48000/2"))
            let agent = try await world.called("a", hertz: 660)
            for _ in 0..<2 { try await world.media.join("c", "a") }
            await agent.close()
        }
    }

    @Test func anOfferWithNothingWeSpeakIsRefusedAndAConversationGoesOn() async throws {
        try await MediaFixture.with { world in
            let exotic = Self.opening + "m=audio 9 RTP/AVP 98\r\na=rtpmap:98 AMR-WB/16000\r\n"
            await #expect(throws: MediaError.unusableDescription("no codec in common")) {
                try await world.media.openInbound(leg: "x", offer: exotic)
            }
            #expect(await world.media.openLegs == [])
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.join("c", "a")
            for offer in [exotic, "", "v=0", Self.opening, citizen.description() + "m=audio x\r\n"] {
                _ = try? await world.media.renegotiate(leg: "c", offer: offer)
            }
            #expect(try await citizen.hears([660]))
            #expect(try await agent.hears([440]))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func videoIsRefusedInItsPlace() async throws {
        try await MediaFixture.with { world in
            let video = "m=video 9 RTP/AVP 99\r\na=rtpmap:99 H264/90000\r\n"
            let audio = "m=audio 9 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            let answer = try await world.media.openInbound(leg: "c", offer: Self.opening + video + audio + video)
            let streams = answer.split(separator: "\r\n").filter { $0.hasPrefix("m=") }
            #expect(streams.count == 3)
            #expect(streams[0] == "m=video 0 RTP/AVP 99" && streams[2] == "m=video 0 RTP/AVP 99")
            #expect(streams[1].hasPrefix("m=audio ") && streams[1].hasSuffix(" RTP/AVP 0"))
        }
    }

    @Test func theVanishedAreNoticed() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agent = try await world.called("a", hertz: 660)
            try await Task.sleep(for: .milliseconds(200))
            #expect(try await world.media.lastHeard(leg: "c") < .seconds(1))
            try await citizen.fallSilent()
            try await Task.sleep(for: .milliseconds(100))
            _ = try await world.media.lastHeard(leg: "c")
            try await Task.sleep(for: .milliseconds(1_200))
            // Moving the hub must not pass for a sign of life.
            try await world.media.join("c", "a")
            #expect(try await world.media.lastHeard(leg: "c") > .seconds(1))
            #expect(try await world.media.lastHeard(leg: "a") < .seconds(1))
            await citizen.close()
            await agent.close()
        }
    }

    @Test func operationsOnALegKeepTheirOrder() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440)
            let agents = [try await world.called("a0", hertz: 660), try await world.called("a1", hertz: 880)]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for round in 0..<40 {
                    group.addTask {
                        try await Task.sleep(for: .milliseconds(5 * round))
                        try await world.media.join("c", "a\(round % 2)")
                    }
                }
                try await group.waitForAll()
            }
            var heard: [Int] = []
            for _ in 0..<15 where heard.count != 1 { heard = try await citizen.tones() }
            #expect(heard.count == 1)
            #expect(try await agents[0].hears(heard == [660] ? [440] : []))
            #expect(try await agents[1].hears(heard == [880] ? [440] : []))
            await #expect(throws: MediaError.noSuchLeg("x")) { try await world.media.join("c", "x") }
            for phone in agents + [citizen] { await phone.close() }
        }
    }

    @Test func aRecordingHasTheCitizenLeftAndTheAgentRight() async throws {
        try await MediaFixture.with { world in
            let citizen = try await world.caller("c", hertz: 440, law: .a)
            let agent = try await world.called("a", hertz: 660)
            try await world.media.startRecording(leg: "c", as: "call-1")
            let start = ContinuousClock.now
            try await Task.sleep(for: .milliseconds(1_000))
            try await world.media.join("c", "a")
            try await Task.sleep(for: .milliseconds(1_500))
            let talked = ContinuousClock.now - start
            await #expect(throws: MediaError.notReady("c")) {
                try await world.media.finishRecording("call-1", to: world.directory + "/early.wav")
            }
            await world.media.close(leg: "c")
            #expect(world.media.unfinishedRecordings() == ["call-1"])
            let path = world.directory + "/call-1.wav"
            let summary = try await world.media.finishRecording("call-1", to: path)
            #expect(summary.packetsLeft > 100 && summary.packetsRight > 60)
            // A busy machine starts and stops the clock beside it late.
            #expect(abs((summary.duration - talked) / .milliseconds(1)) < 500)
            let wav = try WAV(contentsOf: path)
            #expect(wav.rate == 8_000 && wav.channels == 2)
            let (left, right) = (wav.channel(0), wav.channel(1))
            #expect(Tone.amplitude(of: 440, in: left[4_000..<16_000]) > 7_000)
            #expect(Tone.amplitude(of: 660, in: left) < 100)
            #expect(Tone.amplitude(of: 660, in: right[9_600..<17_600]) > 7_000)
            #expect(Tone.amplitude(of: 440, in: right) < 100)
            #expect(right[..<7_000].allSatisfy { $0 == 0 })
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(world.media.unfinishedRecordings() == [])
            let left2 = try FileManager.default.subpathsOfDirectory(atPath: world.options.recordingDirectory)
            #expect(left2.filter { $0.contains("hl-") } == [])
            await citizen.close()
            await agent.close()
        }
    }
}
