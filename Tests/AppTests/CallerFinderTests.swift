import Engine
import Logging
import Synchronization
import Testing

@testable import App

/// Who calls about an open order finds the agent who took it.
struct CallerFinderTests {
    @Test func anOpenOrderIsFoundByItsNumber() async throws {
        try await TestHotline.with { hotline, client in
            let chen = try await Browser.signedIn(client, "chen")
            _ = try await OrderTests.dispatched(chen, to: "housing")
            let told = Told()
            let finder = CallerFinder(
                store: hotline.store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                tell: { told.add($0) })
            let running = Task { try await finder.run() }
            defer { running.cancel() }
            func take(_ event: Event) async {
                await finder.take(Recorder.Entry(position: 1, at: TestHotline.start, event: event, actions: []))
            }
            // Without a rule that asks nobody is looked up.
            await take(.configured(Setup()))
            await take(.arrived("a", line: "gov", number: "13800001234"))
            var setup = Setup()
            setup.rules = [RoutingRule(id: "own", when: .init(hasOpenOrder: true), then: .init(ownAgentSeconds: 20))]
            await take(.configured(setup))
            await take(.arrived("b", line: "gov", number: "13900009999"))
            await take(.arrived("c", line: "gov", number: ""))
            await take(.arrived("d", line: "gov", number: "13800001234"))
            while told.events.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            #expect(told.events == [.callerKnown("d", CallerFacts(orderAgent: "5001"))])
        }
    }
}

private final class Told: Sendable {
    private let all = Mutex<[Event]>([])
    var events: [Event] { all.withLock { $0 } }
    func add(_ event: Event) { all.withLock { $0.append(event) } }
}
