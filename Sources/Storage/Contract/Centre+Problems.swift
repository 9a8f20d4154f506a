import Engine

extension Centre {
    /// What is wrong with it, each with what to do; empty when it can be used.
    package var problems: [String] {
        var problems: [String] = []
        func repeated(_ what: String, _ names: [String]) {
            for (name, uses) in Dictionary(grouping: names, by: { $0 }).sorted(by: { $0.key < $1.key })
            where uses.count > 1 {
                problems.append("\(what) \(name) is there \(uses.count) times; keep one")
            }
        }
        repeated("line", lines.map(\.id.text))
        repeated("line number", lines.map(\.number))
        repeated("queue", queues.map(\.id.text))
        repeated("agent", agents.map(\.id.text))
        repeated("body", bodies.map(\.id))
        repeated("category", (categories ?? []).map(\.id))
        for category in categories ?? [] { problems += Self.problems(in: category) }
        for body in bodies {
            if let parent = body.parent, parent == body.id || !bodies.contains(where: { $0.id == parent }) {
                problems.append("body \(body.id): its parent \(parent) is no other body of this file")
            }
            if let webhook = body.webhook, !Self.isAddress(webhook) {
                problems.append("body \(body.id): webhook is an address that begins with https://")
            }
            if let email = body.email, !Self.isMailbox(email) {
                problems.append("body \(body.id): email is one address, such as orders@example.org")
            }
        }
        for name in [policy].compactMap({ $0 }) + lines.compactMap(\.policy) where name.isEmpty {
            problems.append("a policy has a name; leave it out for the usual one")
        }
        for address in [citizens?.address, citizens?.messages].compactMap({ $0 }) where !Self.isAddress(address) {
            problems.append("citizens: \(address) is no address that begins with https://")
        }
        if citizens?.messages != nil, citizens?.address == nil {
            problems.append("citizens: messages hold a link; give the address of the pages too")
        }
        if let line = citizens?.line, !lines.contains(where: { $0.id == line }) {
            problems.append("citizens: there is no line \(line); name one of this file")
        }
        repeated("site", sites.map(\.id))
        repeated("seat", (seats ?? []).map(\.id))
        repeated("phone of a seat", (seats ?? []).map(\.phone))
        for seat in seats ?? [] {
            if let owner = agents.first(where: { $0.phone == seat.phone }) {
                problems.append("seat \(seat.id): its phone is agent \(owner.id)'s own; a seat's is anybody's")
            }
            if !sites.contains(where: { $0.id == seat.site }) {
                problems.append("seat \(seat.id): there is no site \(seat.site); name one of this file")
            }
            if !seat.phone.hasPrefix("sip:") {
                problems.append("seat \(seat.id): phone is an address such as sip:a12@192.0.2.7")
            }
        }
        repeated("centre", (centres ?? []).map(\.id))
        repeated("skill", (skills ?? []).map(\.id))
        repeated("break", (breaks ?? []).map(\.id))
        repeated("opening hours", (hours ?? []).map(\.id.text))
        repeated("rule", (rules ?? []).map(\.id.text))
        for queue in queues {
            if !(1...300).contains(queue.offerSeconds) {
                problems.append("queue \(queue.id): offerSeconds is 1 to 300")
            }
            if !(1...100_000).contains(queue.capacity) { problems.append("queue \(queue.id): capacity is 1 to 100000") }
            if let limit = queue.wrapUpLimitSeconds, !(0...86_400).contains(limit) {
                problems.append("queue \(queue.id): wrapUpLimitSeconds is 0 to 86400, or null for no limit")
            }
        }
        for line in lines where TelephoneNumber(line.number) == nil {
            problems.append("line \(line.id): \(line.number) is no telephone number")
        }
        problems += routingProblems.map(\.en)
        problems += RetentionPolicy.problems(in: retention ?? [], lines: Set(lines.map(\.id)))
        if sites.isEmpty { problems.append("there is no site to sign in at; add one") }
        return problems
    }

    private static func problems(in category: Category) -> [String] {
        let particulars = category.particulars ?? []
        var problems: [String] = []
        let ids = particulars.map(\.id)
        if Set(ids).count != ids.count || particulars.count > Particular.most {
            problems.append(
                "category \(category.id): at most \(Particular.most) particulars, each with an id of its own")
        }
        for each in particulars {
            let told = "category \(category.id), particular \(each.id): "
            if !(1...64).contains(each.id.count) || each.name.isEmpty || each.englishName.isEmpty {
                problems.append(told + "it has an id of 1 to 64 characters, a name and an englishName")
            }
            let options = (each.options ?? []).map(\.id)
            if (each.kind == .choice) == options.isEmpty || Set(options).count != options.count || options.contains("")
            {
                problems.append(told + "a choice, and nothing else, has options, each with an id of its own")
            }
        }
        return problems
    }

    private static func isAddress(_ text: String) -> Bool {
        text.hasPrefix("https://") || text.hasPrefix("http://")
    }

    /// It stands in a header of a letter: nothing that could end it.
    private static func isMailbox(_ text: String) -> Bool {
        let sides = text.split(separator: "@", omittingEmptySubsequences: false)
        let allowed = text.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil
                    || "@.-_+".unicodeScalars.contains($0))
        }
        return sides.count == 2 && sides.allSatisfy { !$0.isEmpty } && allowed && text.count <= 254
    }
}
