import Engine

/// Orders that changed: one list for all readers, of which each has heard up to some place.
extension Topics {
    /// Orders that changed while a page was away. One that was away longer fetches its lists again.
    private static let mostChangedOrders = 256
    /// Some orders change often: of the list as many more are kept, and seen from its end.
    private static let mostChanges = 4 * mostChangedOrders

    func listenToOrders(_ listener: @escaping @Sendable (WorkOrder) -> Void) { orderListener = listener }

    func changed(_ order: WorkOrder) {
        orderListener?(order)
        changedOrders.append(
            OrderChange(id: order.id, version: order.version, bodies: order.bodies, position: position))
        // By halves, so that not every change moves the whole list.
        if changedOrders.count > 2 * Self.mostChanges {
            changesBefore += Self.mostChanges
            changedOrders.removeFirst(Self.mostChanges)
        }
        if tellingOrders == nil { tellOfOrders() } else { hasMoreOrders = true }
    }

    /// All pages, and then none for a while: two thousand agents who write orders would otherwise wake two thousand pages with
    /// each. The task ends by itself.
    private func tellOfOrders() {
        hasMoreOrders = false
        tellingOrders = Task { [timing] in
            try? await self.wakePagesOfOrders()
            try? await Task.sleep(for: timing.orders)
            if !Task.isCancelled { self.rested() }
        }
    }

    private func rested() {
        tellingOrders = nil
        if hasMoreOrders { tellOfOrders() }
    }

    /// As far as a reader has heard who has heard of everything before a position; nil is one who begins.
    func ordersTold(upTo position: Int64?) -> Int {
        let known = position.flatMap { position in changedOrders.firstIndex { $0.position >= position } }
        return changesBefore + (known ?? changedOrders.count)
    }

    /// What a reader has not heard of yet and may, each order once, in the order of their last changes.
    func orders(for reader: Reader) -> [OrderChange] {
        let from = max(0, reader.ordersTold - changesBefore)
        guard from < changedOrders.count else { return [] }
        var seen: Set<OrderID> = []
        var newest: [OrderChange] = []
        for change in changedOrders[from...].reversed() where newest.count < Self.mostChangedOrders {
            if reader.maySee(change), seen.insert(change.id).inserted { newest.append(change) }
        }
        return newest.reversed()
    }
}
