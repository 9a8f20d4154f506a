import Engine
import Storage

/// What the centre's past orders teach.
package enum TaughtOrders {
    private static let together = 100

    /// The newest that teach something, at most `most`: those that a body kept, and those closed in the call, which
    /// teach their kind and category alone. Of three that were made at least one does, or it is not looked for
    /// further.
    ///
    /// Neither name nor telephone is among what is learned from.
    package static func read(from store: any Store, centre: Centre, most: Int) async throws -> [TaughtOrder] {
        var found: [TaughtOrder] = []
        var cursor: String?
        var looked = 0
        repeat {
            let page = try await store.orders(
                OrderFilter(), sort: .newest, page: Page(cursor: cursor, limit: together))
            found += page.rows.compactMap(centre.taught)
            looked += page.rows.count
            cursor = page.next
        } while cursor != nil && found.count < most && looked < 3 * most
        return Array(found.prefix(most))
    }
}

extension Centre {
    /// Nil where an order teaches nothing: it is not decided yet, was sent back, or its words are removed.
    fileprivate func taught(_ order: WorkOrder) -> TaughtOrder? {
        guard order.removedAt == nil, order.details.returns == 0 else { return nil }
        switch order.state {
        case .draft, .discarded, .withdrawn, .merged, .disputed, .returned: return nil
        case .dispatched, .signed, .answered, .closed, .reviewing, .followedUp, .archived: break
        }
        let body = order.closedAtOnce ? nil : order.body?.text
        let category = order.details.category
        return TaughtOrder(
            told: told(
                title: order.fields.title, what: order.fields.what, place: order.fields.place, line: order.line,
                category: category),
            kind: order.fields.kind?.rawValue, category: category.flatMap { knows(.category, $0) ? $0 : nil },
            body: body.flatMap { knows(.body, $0) ? $0 : nil })
    }

    /// A matter as the catalogue reads it, of an order or of a draft alike.
    func told(title: String, what: String, place: String, line: LineID, category: String?)
        -> DispatchCatalogue.Told
    {
        DispatchCatalogue.Told(
            title: title, what: what, place: place, line: lines.first { $0.id == line }?.name ?? "",
            category: category.map(categoryName) ?? "")
    }

    func categoryName(_ id: String) -> String { categories?.first { $0.id == id }?.name ?? "" }

    /// Whether a label still is one of the centre's.
    func knows(_ label: DispatchCatalogue.Label, _ value: String) -> Bool {
        switch label {
        case .kind: Kind(rawValue: value) != nil
        case .category: (categories ?? []).contains { $0.id == value }
        case .body: bodies.contains { $0.id == value }
        }
    }
}
