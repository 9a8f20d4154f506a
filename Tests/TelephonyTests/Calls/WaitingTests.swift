import Engine
import Foundation
import SIP
import Simulation
import Testing

@testable import Telephony

/// What those who wait are told and may do, over real SIP and a real rtpengine.
@Suite(
    .serialized, .enabled(if: MediaFixture.isInstalled, "rtpengine is not installed: apt install rtpengine-daemon"))
struct WaitingTests {
    private typealias Pitch = SmallCentre.Pitch
    private static let speech = Tone.samples(hertz: Double(Pitch.citizen), milliseconds: 1000)
    private static let machine = [
        Pitch.music, Pitch.callbackOffered, Pitch.callbackPromised, Pitch.closed, Pitch.emergency, Pitch.voicemail,
        Pitch.place, Pitch.agent,
    ]

    private func call(_ centre: SmallCentre, from number: String, length: Duration = .seconds(30)) async throws
        -> TelephoneBank.Outcome
    {
        try await centre.citizens.call(
            "12345", at: centre.sip, from: number, saying: Self.speech, length: length)
    }

    private func withCallbacks(_ body: (SmallCentre) async throws -> Void) async throws {
        try await SmallCentre.with({ $0.queues[0].overflow = [Overflow(.waited(seconds: 1), to: .callback)] }, body)
    }

    private func offered(_ centre: SmallCentre) async throws {
        try await centre.until("a call back is offered") { centre in
            centre.actions.contains { if case .tell(_, .callbackOffered) = $0 { true } else { false } }
        }
    }

    /// Presses 1 and is hung up on. Returns what was heard.
    private func keepPlace(_ centre: SmallCentre, _ number: String) async throws -> TelephoneBank.Outcome {
        async let outcome = call(centre, from: number)
        try await offered(centre)
        try await Task.sleep(for: .milliseconds(400))
        try await centre.citizens.press("2", as: number)
        // Long enough for the offer to have ended and the music to be heard again, on a busy machine too.
        try await Task.sleep(for: .milliseconds(1500))
        #expect(await !centre.events.contains { if case .callbackAsked = $0 { true } else { false } })
        try await centre.citizens.press("1", as: number)
        return try await outcome
    }

    @Test func whoPresses1IsHungUpOnAndCalledBackInHisTurn() async throws {
        try await withCallbacks { centre in
            let first = try await keepPlace(centre, "13800001111")
            #expect(first.end == .hungUpByPeer)
            #expect(
                first.heard.pitches(of: Self.machine)
                    == [Pitch.music, Pitch.callbackOffered, Pitch.music, Pitch.callbackPromised])
            for _ in 0..<600 where await !centre.media.openLegs.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
            #expect(await centre.media.openLegs.isEmpty)
            #expect(await centre.board.calls.count == 1)

            // Another comes after him and stays on the line.
            async let second = call(centre, from: "13800002222")
            try await centre.until("the second waits") { centre in
                centre.board.calls.values.contains { $0.phase == .waiting && $0.callback == nil }
            }
            await centre.citizens.answer(
                .init(after: .milliseconds(200), hangUpAfter: .seconds(4), hertz: Pitch.calledBack))
            await centre.goOnDuty()
            try await centre.until("the first has ended") { $0.ended["13800001111"] != nil }

            let record = try #require(await centre.ended["13800001111"])
            #expect(record.callbackAt != nil && record.outcome == .answered && record.agent == "5001")
            #expect(record.talkMs > 1000 && record.endReason == .callerHungUp)
            // In his turn: he was bridged before the one who came later.
            let bridged = await centre.events.compactMap { if case .connected(let call) = $0 { call } else { nil } }
            #expect(bridged.first == record.id)
            // He heard the agent, she heard him, and the recording holds that and no waiting.
            let his = try await centre.calledBack()
            #expect(his.heard.pitches(of: Self.machine).contains(Pitch.agent))
            try await centre.until("it is recorded") { $0.recorded.contains("\(record.id).wav") }
            let wav = try WAV(contentsOf: "\(centre.folder)/done/\(record.id).wav")
            #expect(wav.channel(0).pitches(of: [Pitch.citizen, Pitch.calledBack]) == [Pitch.calledBack])
            #expect(wav.channel(1).pitches(of: [Pitch.agent]) == [Pitch.agent])
            #expect((8_000...64_000).contains(wav.channel(0).count))

            try await centre.until("the second talks") { centre in
                centre.board.calls.values.contains { if case .talking = $0.phase { true } else { false } }
            }
            let other = try #require(await centre.board.calls.values.first)
            centre.tell(.hangUpAsked("5001"))
            #expect(try await second.end == .hungUpByPeer)
            #expect(other.record.number == "13800002222")
        }
    }

    @Test func whoHearsThePromiseWhenItIsHisTurnIsNotCalled() async throws {
        try await withCallbacks { centre in
            async let outcome = call(centre, from: "13800001111")
            try await offered(centre)
            try await centre.citizens.press("1", as: "13800001111")
            try await centre.until("he is promised a call back") { centre in
                centre.actions.contains { if case .tell(_, .callbackPromised) = $0 { true } else { false } }
            }
            await centre.goOnDuty()
            try await centre.until("they talk") { centre in
                centre.board.calls.values.contains { if case .talking = $0.phase { true } else { false } }
            }
            // Long enough for the promise to have ended, which would let him go.
            try await Task.sleep(for: .seconds(4))
            centre.tell(.hangUpAsked("5001"))
            let heard = try await outcome
            #expect(heard.end == .hungUpByPeer)
            #expect(heard.heard.pitches(of: Self.machine).last == Pitch.agent)
            #expect(await centre.citizens.taken.isEmpty)
        }
    }

    @Test func whoHangsUpHimselfIsCalledBackAllTheSame() async throws {
        try await withCallbacks { centre in
            async let outcome = call(centre, from: "13800001111")
            try await offered(centre)
            try await Task.sleep(for: .milliseconds(500))
            try await centre.citizens.press("1", as: "13800001111")
            try await centre.until("he is promised a call back") { centre in
                centre.actions.contains { if case .tell(_, .callbackPromised) = $0 { true } else { false } }
            }
            await centre.citizens.hangUp(as: "13800001111")
            _ = try await outcome
            try await centre.until("he has let go") { $0.board.calls.values.contains { $0.callback != nil } }
            await centre.citizens.answer(.init(after: .milliseconds(50), hangUpAfter: .seconds(1)))
            await centre.goOnDuty()
            try await centre.until("he has talked") { $0.ended["13800001111"]?.outcome == .answered }
        }
    }

    /// Nobody picks up: the agent is free again at once, he is tried once more, and then it is a missed call.
    @Test func whoDoesNotPickUpIsTriedAgainAndThenMissed() async throws {
        try await SmallCentre.with { setup in
            setup.queues[0].overflow = [Overflow(.waited(seconds: 1), to: .callback)]
            setup.queues[0].callbackTries = 2
        } _: { centre in
            _ = try await keepPlace(centre, "13800001111")
            await centre.goOnDuty()
            try await centre.until("it has been given up") { $0.ended["13800001111"] != nil }
            let record = try #require(await centre.ended["13800001111"])
            #expect(record.endReason == .callbackFailed && record.missed)
            let dialled = await centre.actions.count { if case .dial = $0 { true } else { false } }
            #expect(dialled == 2)
            try await centre.until("she is free") { $0.board.agents["5001"]?.isFree == true }
            try await Task.sleep(for: .milliseconds(500))
            #expect(await centre.media.openLegs.isEmpty)
            #expect(centre.media.unfinishedRecordings().isEmpty)
        }
    }

    @Test func aCallerWithoutANumberIsNotOfferedIt() async throws {
        try await withCallbacks { centre in
            async let outcome = call(centre, from: "anonymous", length: .seconds(3))
            try await offered(centre)
            try await Task.sleep(for: .milliseconds(500))
            try await centre.citizens.press("1", as: "anonymous")
            #expect(try await outcome.heard.pitches(of: Self.machine) == [Pitch.music])
            #expect(await !centre.events.contains { if case .callbackAsked = $0 { true } else { false } })
        }
    }

    @Test func whoIsTurnedAwayHearsWhyAndIsHungUpOn() async throws {
        try await SmallCentre.with { setup in
            setup.hours = [OpeningHours(id: "never", week: [[]])]
            setup.lines[0].hours = "never"
        } _: { centre in
            let closed = try await call(centre, from: "13800001111")
            #expect(closed.end == .hungUpByPeer && closed.heard.pitches(of: Self.machine) == [Pitch.closed])
            centre.tell(.emergencyDeclared("12345", on: true, by: "leader"))
            let emergency = try await call(centre, from: "13800002222")
            #expect(emergency.end == .hungUpByPeer && emergency.heard.pitches(of: Self.machine) == [Pitch.emergency])
            #expect(await centre.ended["13800001111"]?.endReason == .closed)
            #expect(await centre.ended["13800002222"]?.endReason == .emergency)
            // Of those nothing is kept.
            #expect(centre.media.unfinishedRecordings().isEmpty)
            #expect(await centre.recorded.isEmpty)
        }
    }

    @Test func aMessageIsRecordedUntilTheCallerHangsUp() async throws {
        try await SmallCentre.with { setup in
            setup.queues[0].overflow = [Overflow(.waited(seconds: 1), to: .voicemail)]
        } _: { centre in
            let outcome = try await call(centre, from: "13800001111", length: .seconds(4))
            #expect(outcome.end == .hungUp)
            #expect(outcome.heard.pitches(of: Self.machine) == [Pitch.music, Pitch.voicemail])
            try await centre.until("it has ended") { $0.ended["13800001111"] != nil }
            let record = try #require(await centre.ended["13800001111"])
            #expect(record.endReason == .leftMessage && record.missed)
            try await centre.until("it is recorded") { $0.recorded.contains("\(record.id).wav") }
            let wav = try WAV(contentsOf: "\(centre.folder)/done/\(record.id).wav")
            #expect(wav.channel(0).suffix(8_000).map { $0 }.pitches(of: [Pitch.citizen]) == [Pitch.citizen])
        }
    }

    @Test func placesAreToldAndTheMusicGoesOn() async throws {
        try await SmallCentre.with {
            $0.queues[0].announceSeconds = 2
        } _: { centre in
            let outcome = try await call(centre, from: "13800001111", length: .seconds(6))
            let heard = outcome.heard.pitches(of: Self.machine)
            #expect(heard.starts(with: [Pitch.music, Pitch.place, Pitch.music, Pitch.place]))
            #expect(outcome.end == .hungUp)
        }
    }
}
