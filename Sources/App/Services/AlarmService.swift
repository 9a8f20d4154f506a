import Engine
import Logging
import ServiceLifecycle
import Storage

/// Takes the steps of the ladders when their time has come: warns, urges, supervises, tells upwards. Each once, whatever
/// happens to the program between.
package struct AlarmService: Service {
    let office: Office

    private static let every: Duration = .seconds(1)
    /// After a long stop there may be thousands; in batches, so that a stop is not delayed.
    private static let together = 200

    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await takeDue()
                } catch is CancellationError {
                    return
                } catch {
                    office.logger.warning("alarms of orders wait", metadata: ["error": "\(type(of: error))"])
                }
                try await Task.sleep(for: Self.every)
            }
        }
    }

    func takeDue() async throws {
        while true {
            let now = office.now()
            let due = try await office.store.ordersWithAlarms(dueBy: now, limit: Self.together)
            for id in due {
                if let order = try await take(id, at: now) { await office.topics.changed(order) }
            }
            if due.count < Self.together { return }
        }
    }

    private func take(_ id: OrderID, at now: Moment) async throws -> WorkOrder? {
        try await office.store.takeAlarms(of: id, at: now) { [office] order, taken in
            let clocks = office.clocks(of: order, at: now)
            let alarms = OrderAlarm.due(of: order, clocks: clocks, taken: taken, at: now)
            var after = order
            if alarms.contains(where: { $0.does == .urge }) { after.details.urgedAt = now }
            if alarms.contains(where: { $0.does == .supervise }) {
                after.details.supervisedAt = after.details.supervisedAt ?? now
            }
            let told = alarms.filter { $0.tells.contains(.body) }
            let deliveries = told.flatMap { alarm in
                // What a body has given back is not its any more.
                let lead = order.state == .returned ? nil : order.body
                let body = alarm.key.body.isEmpty ? lead : BodyID(alarm.key.body)
                return body.map {
                    office.centre.deliveries(
                        to: $0, about: "\(alarm.does.rawValue)-\(alarm.key.clock.rawValue)-\(alarm.key.rung)")
                } ?? []
            }
            var taken = taken
            for alarm in alarms { taken.add(alarm) }
            return (after, alarms, OrderDue(after, clocks: clocks, taken: taken), deliveries)
        }
    }
}

extension Centre {
    /// One row a way to reach a body; the page is always one.
    func deliveries(to body: BodyID, about: String) -> [NewDelivery] {
        let known = bodies.first { $0.id == body.text }
        return [NewDelivery(body: body, about: about, channel: .page, address: "")]
            + [(NewDelivery.Channel.webhook, known?.webhook), (.email, known?.email)].compactMap { channel, address in
                address.map { NewDelivery(body: body, about: about, channel: channel, address: $0) }
            }
    }
}
