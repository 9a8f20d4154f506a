import Engine

/// Who has an order open, so that two people do not answer it at once. It is known of a page by its stream and ends with it;
/// a page shows one order, so there are no more of these than streams.
extension Topics {
    struct Viewing: Sendable, Equatable {
        let order: OrderID
        let since: Moment
    }

    /// Somebody else who has the same order open.
    struct Viewer: Sendable, Equatable {
        let name: String
        let since: Moment
    }

    /// More names than these help nobody.
    private static let mostViewers = 10

    /// Notes what a page shows now; nil when it shows no order. False if the stream is gone or another session's.
    func shows(_ order: OrderID?, on id: ReaderID, of caller: Caller) -> Bool {
        guard let reader = readers[id], reader.caller.session.digest == caller.session.digest else { return false }
        guard reader.viewing?.order != order else { return true }
        endViewing(reader)
        readers[id]?.viewing = order.map { Viewing(order: $0, since: now()) }
        guard let order else { return true }
        viewers[order, default: []].insert(id)
        tellViewers(of: order)
        return true
    }

    func endViewing(_ reader: Reader) {
        guard let order = reader.viewing?.order else { return }
        viewers[order]?.remove(reader.id)
        if viewers[order]?.isEmpty ?? true { viewers[order] = nil }
        tellViewers(of: order)
    }

    private func tellViewers(of order: OrderID) {
        for id in viewers[order] ?? [] { mark(.viewing, for: id) }
    }

    /// The others who have open what she has, longest first, each once however many pages she has.
    func othersViewing(with reader: Reader) -> [Viewer] {
        guard let order = reader.viewing?.order else { return [] }
        let others = (viewers[order] ?? []).compactMap { readers[$0] }
            .filter { $0.caller.person.id != reader.caller.person.id }
        let firsts = Dictionary(grouping: others) { $0.caller.person.id }.compactMap { _, pages -> Viewer? in
            guard let first = pages.compactMap(\.viewing?.since).min() else { return nil }
            return Viewer(name: pages[0].caller.person.name, since: first)
        }
        return Array(firsts.sorted { ($0.since, $0.name) < ($1.since, $1.name) }.prefix(Self.mostViewers))
    }
}
