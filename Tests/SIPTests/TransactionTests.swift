import Testing

@testable import SIP

/// The four machines of RFC 3261 §17 with RFC 6026, input by input.
@Suite struct TransactionTests {
    let timing = TransactionTiming.udp
    let patience = Duration.seconds(32)

    // MARK: INVITE, client

    @Test func anInviteIsSentAgainAtDoublingIntervalsAndThenGivenUp() {
        var machine = InviteClientTransaction(timing: timing)
        #expect(machine.start() == [.send, .startTimer(.a, .milliseconds(500)), .startTimer(.b, patience)])
        for seconds in [1, 2, 4, 8, 16] {
            #expect(machine.fire(.a) == [.send, .startTimer(.a, .seconds(seconds))])
        }
        #expect(machine.fire(.b) == [.cancelTimer(.a), .timedOut, .terminated])
        #expect(machine.receive(status: 200) == [])
    }

    @Test func aProvisionalResponseStopsTheInvitesRepetition() {
        var machine = InviteClientTransaction(timing: timing)
        #expect(machine.receive(status: 100) == [.cancelTimer(.a), .cancelTimer(.b), .deliver])
        #expect(machine.receive(status: 180) == [.deliver])
        #expect(machine.fire(.a) == [])
        #expect(machine.fire(.b) == [])
    }

    @Test(arguments: [false, true]) func aRefusalIsAcknowledgedEachTimeItComes(afterRinging: Bool) {
        var machine = InviteClientTransaction(timing: timing)
        if afterRinging { _ = machine.receive(status: 180) }
        let actions = machine.receive(status: 486)
        #expect(
            actions == (afterRinging ? [] : [.cancelTimer(.a), .cancelTimer(.b)])
                + [.acknowledge, .deliver, .startTimer(.d, patience)])
        #expect(machine.receive(status: 486) == [.acknowledge])
        #expect(machine.receive(status: 200) == [])
        #expect(machine.receive(status: 180) == [])
        #expect(machine.fire(.d) == [.terminated])
    }

    @Test func everySuccessGoesToTheUserForAsLongAsForksMayAnswer() {
        var machine = InviteClientTransaction(timing: timing)
        #expect(
            machine.receive(status: 200)
                == [.cancelTimer(.a), .cancelTimer(.b), .deliver, .startTimer(.m, patience)])
        #expect(machine.receive(status: 200) == [.deliver])
        #expect(machine.receive(status: 180) == [])
        #expect(machine.receive(status: 486) == [])
        #expect(machine.fire(.m) == [.terminated])
        #expect(machine.receive(status: 200) == [])
    }

    @Test func anInviteThatCannotBeSentFailsAtOnce() {
        var machine = InviteClientTransaction(timing: timing)
        #expect(
            machine.failTransport() == [.cancelTimer(.a), .cancelTimer(.b), .transportFailed, .terminated])
        var answered = InviteClientTransaction(timing: timing)
        _ = answered.receive(status: 180)
        #expect(answered.failTransport() == [])
    }

    // MARK: others, client

    @Test func aRequestIsSentAgainUpToEveryFourSeconds() {
        var machine = NonInviteClientTransaction(timing: timing)
        #expect(machine.start() == [.send, .startTimer(.e, .milliseconds(500)), .startTimer(.f, patience)])
        for seconds in [1, 2, 4, 4, 4] {
            #expect(machine.fire(.e) == [.send, .startTimer(.e, .seconds(seconds))])
        }
        #expect(machine.receive(status: 100) == [.deliver])
        #expect(machine.fire(.e) == [.send, .startTimer(.e, .seconds(4))])
        #expect(machine.fire(.f) == [.cancelTimer(.e), .timedOut, .terminated])
    }

    @Test(arguments: [200, 404, 503]) func theFirstFinalAnswerCounts(status: Int) {
        var machine = NonInviteClientTransaction(timing: timing)
        #expect(
            machine.receive(status: status)
                == [.cancelTimer(.e), .cancelTimer(.f), .deliver, .startTimer(.k, .seconds(5))])
        #expect(machine.receive(status: 200) == [])
        #expect(machine.fire(.e) == [])
        #expect(machine.failTransport() == [])
        #expect(machine.fire(.k) == [.terminated])
    }

    // MARK: INVITE, server

    @Test func aRefusalIsSentAgainUntilItsAck() {
        var machine = InviteServerTransaction(timing: timing)
        #expect(machine.respond(status: 100) == [.send])
        #expect(machine.receiveInvite() == [.send])
        #expect(
            machine.respond(status: 486) == [.send, .startTimer(.g, .milliseconds(500)), .startTimer(.h, patience)])
        for seconds in [1, 2, 4, 4] {
            #expect(machine.fire(.g) == [.send, .startTimer(.g, .seconds(seconds))])
        }
        #expect(machine.receiveInvite() == [.send])
        #expect(machine.receiveACK() == [.cancelTimer(.g), .cancelTimer(.h), .startTimer(.i, .seconds(5))])
        #expect(machine.receiveACK() == [])
        #expect(machine.receiveInvite() == [])
        #expect(machine.fire(.i) == [.terminated])
    }

    @Test func aRefusalWithoutAckIsGivenUp() {
        var machine = InviteServerTransaction(timing: timing)
        _ = machine.respond(status: 503)
        #expect(machine.fire(.h) == [.cancelTimer(.g), .terminated])
        #expect(machine.fire(.g) == [])
    }

    @Test func anAcceptedInviteSwallowsItsRepetitions() {
        var machine = InviteServerTransaction(timing: timing)
        #expect(machine.respond(status: 200) == [.send, .startTimer(.l, patience)])
        #expect(machine.receiveInvite() == [])
        #expect(machine.receiveACK() == [])
        #expect(machine.fire(.l) == [.terminated])
    }

    // MARK: others, server

    @Test func anAnswerIsRepeatedWithItsRequest() {
        var machine = NonInviteServerTransaction(timing: timing)
        #expect(machine.receiveRequest() == [])
        #expect(machine.respond(status: 100) == [.send])
        #expect(machine.receiveRequest() == [.send])
        #expect(machine.respond(status: 200) == [.send, .startTimer(.j, patience)])
        #expect(machine.receiveRequest() == [.send])
        #expect(machine.fire(.j) == [.terminated])
        #expect(machine.receiveRequest() == [])
    }

    @Test func timersFireInOrderAndCancelledOnesDoNot() {
        var timers = TimerQueue()
        var generator = SeededGenerator(seed: 7)
        var expected: [(due: Int, id: UInt64)] = []
        for id in UInt64(0)..<500 {
            let due = Int.random(in: 0..<100, using: &generator)
            timers.start(.client(id, .a), due: .seconds(due))
            if id % 3 == 0 { timers.cancel(.client(id, .a)) } else { expected.append((due, id)) }
        }
        // Starting a timer again replaces it.
        timers.start(.client(1, .a), due: .seconds(1000))
        expected.removeAll { $0.id == 1 }
        expected.sort { ($0.due, $0.id) < ($1.due, $1.id) }
        for (due, id) in expected {
            #expect(timers.nextDue() == .seconds(due))
            #expect(timers.popDue(at: .seconds(due)) == .client(id, .a))
        }
        #expect(timers.popDue(at: .seconds(999)) == nil)
        #expect(timers.popDue(at: .seconds(1000)) == .client(1, .a))
        #expect(timers.isEmpty)
    }
}
