import Engine

/// A dispatch model that was made from the centre's orders. Its file is `DispatchCatalogue`'s, named by its digest.
package struct TaughtModel: Sendable, Equatable {
    /// 1 for the first; 0 until it is kept.
    package var version: Int
    package let at: Moment
    /// SHA-256 of the file, in hexadecimal.
    package let digest: String
    /// So many it learned from.
    package let orders: Int
    package let bytes: Int

    package init(version: Int = 0, at: Moment, digest: String, orders: Int, bytes: Int) {
        self.version = version
        self.at = at
        self.digest = digest
        self.orders = orders
        self.bytes = bytes
    }
}

/// What a model proposed for an order, and what its agent confirmed.
package struct KeptProposal: Sendable, Equatable {
    package let label: DispatchCatalogue.Label
    /// The version of the model.
    package let model: Int
    package let proposed: String
    /// In thousandths, 0 to 1000.
    package let confidence: Int
    package let chosen: String?

    package var taken: Bool { proposed == chosen }

    package init(label: DispatchCatalogue.Label, model: Int, proposed: String, confidence: Int, chosen: String?) {
        self.label = label
        self.model = model
        self.proposed = proposed
        self.confidence = confidence
        self.chosen = chosen
    }
}

/// People and matters are counted apart: what three neighbours tell is one matter.
package struct Tellers: Sendable, Equatable {
    /// The order's own citizen included.
    package let people: Int
    /// Orders that were merged into it.
    package let merged: Int

    package init(people: Int, merged: Int) {
        self.people = people
        self.merged = merged
    }
}
