import Engine
import HTTPTypes
import Storage

/// What an agent does at her desk. The page shows what the switchboard says, so each of these answers with the whole desk.
enum DeskOperations {
    static let all: [Operation] = [
        Operation(
            id: "showDesk", method: .get, path: "/desk", summary: Sentence("我的坐席", "My desk"), access: .needs(.desk),
            answers: [.ok(Desks.schema), .noContent], handle: show),
        Operation(
            id: "beginDuty", method: .post, path: "/desk/duty", summary: Sentence("上岗", "Go on duty at a site"),
            access: .needs(.desk), form: .object([.init("site", .id), .init("seat", .nullable(.id), required: false)]),
            answers: [.created(Desks.schema)],
            refusals: [.conflict, .serviceUnavailable], handle: beginDuty),
        Operation(
            id: "endDuty", method: .delete, path: "/desk/duty", summary: Sentence("下岗", "Go off duty"),
            access: .needs(.desk), answers: [.ok(Desks.schema)], refusals: [.conflict, .serviceUnavailable],
            handle: endDuty),
        Operation(
            id: "setState", method: .put, path: "/desk/state",
            summary: Sentence("置闲或小休", "Be ready or take a break; during a call, what follows it"),
            access: .needs(.desk),
            form: .object([
                .init("state", .words(Engine.Agent.AskedState.self)), .init("pause", .nullable(.id), required: false),
            ]),
            answers: [.ok(Desks.schema)], refusals: [.conflict, .serviceUnavailable], handle: setState),
        Operation(
            id: "extendWrapUp", method: .put, path: "/desk/wrap-up/extension",
            summary: Sentence("延长话后整理", "Begin the limit of wrap-up anew"), access: .needs(.desk),
            answers: [.ok(Desks.schema)], refusals: [.conflict, .serviceUnavailable],
            handle: { try await asking($0) { .wrapUpExtended($1) } }),
        Operation(
            id: "acceptOffer", method: .post, path: "/desk/offers/{offer}/acceptance",
            summary: Sentence("接听", "Answer the caller"), access: .needs(.desk), answers: [.ok(Desks.schema)],
            refusals: [.conflict, .serviceUnavailable],
            handle: accept),
        Operation(
            id: "hold", method: .put, path: "/desk/call/hold",
            summary: Sentence("保持或恢复", "Hold the caller, or take back"),
            access: .needs(.desk), form: onOff, answers: [.ok(Desks.schema)],
            refusals: [.conflict, .serviceUnavailable],
            handle: { try await asking($0) { .holdAsked($1, on: try $0.form(OnOff.self).on) } }),
        Operation(
            id: "mute", method: .put, path: "/desk/call/mute", summary: Sentence("静音或恢复", "Mute the agent, or unmute"),
            access: .needs(.desk), form: onOff, answers: [.ok(Desks.schema)],
            refusals: [.conflict, .serviceUnavailable],
            handle: { try await asking($0) { .muteAsked($1, on: try $0.form(OnOff.self).on) } }),
        Operation(
            id: "hangUp", method: .delete, path: "/desk/call", summary: Sentence("挂断", "Hang up"),
            access: .needs(.desk),
            answers: [.ok(Desks.schema)], refusals: [.conflict, .serviceUnavailable],
            handle: { try await asking($0) { .hangUpAsked($1) } }),
        Operation(
            id: "openVoice", method: .post, path: "/desk/voice",
            summary: Sentence("为本页建立语音", "A fresh leg for this page; its offer comes as event `voice`"),
            access: .needs(.desk),
            answers: [Operation.Answered(status: .accepted, body: .json(.object([.init("leg", .id)])))],
            refusals: [.conflict, .serviceUnavailable], handle: openVoice),
        Operation(
            id: "answerVoice", method: .put, path: "/desk/voice", summary: Sentence("浏览器的应答", "The browser's answer"),
            access: .needs(.desk), form: .object([.init("leg", .id), .init("sdp", .text(1...65_536))]),
            answers: [.ok(Desks.schema)], refusals: [.conflict, .serviceUnavailable], handle: answerVoice),
    ]

    private static let onOff = Schema.object([.init("on", .flag)])
    private struct OnOff: Decodable { let on: Bool }

    /// Her agent number. A leader may have the permission without one; then there is no desk.
    static func agent(_ exchange: Exchange) throws -> AgentID {
        guard let agent = exchange.me.person.agent else { throw SwitchboardRefusal.unknownAgent }
        return agent
    }

    static func desk(_ exchange: Exchange, status: HTTPResponse.Status = .ok) async throws -> Answer {
        .json(
            try await exchange.office.desks.desk(of: try agent(exchange), name: exchange.me.person.name), status: status
        )
    }

    /// Asks the switchboard for one thing, in the name of the agent, and shows what came of it.
    private static func asking(
        _ exchange: Exchange, _ event: (Exchange, AgentID) throws -> Event
    ) async throws -> Answer {
        try await exchange.office.ask(try event(exchange, try agent(exchange)), reached: exchange.context.began)
        return try await desk(exchange)
    }

    /// A desk phone answers by being picked up; taken here, there would be nobody at the other end.
    private static func accept(_ exchange: Exchange) async throws -> Answer {
        guard try await isBrowser(try agent(exchange), exchange) else { throw Problem.pickUpThePhone }
        return try await asking(exchange) { exchange, agent in .accepted(exchange.id("offer"), agent) }
    }

    private static func show(_ exchange: Exchange) async throws -> Answer {
        guard exchange.me.person.agent != nil else { return .none() }
        return .json(
            try await exchange.office.desks.desk(
                of: try agent(exchange), name: exchange.me.person.name, counting: true))
    }

    private static func beginDuty(_ exchange: Exchange) async throws -> Answer {
        struct Duty: Decodable {
            let site: SiteID
            let seat: String?
        }
        let duty = try exchange.form(Duty.self)
        let centre = exchange.office.centre
        guard centre.sites.contains(where: { $0.id == duty.site.text }) else {
            throw Problem.invalid([
                FieldProblem(field: "site", message: Sentence("没有这个职场，请另选。", "There is no such site; choose another."))
            ])
        }
        let seat = centre.seats?.first { $0.id == duty.seat && $0.site == duty.site.text }
        guard duty.seat == nil || seat != nil else {
            throw Problem.invalid([
                FieldProblem(
                    field: "seat", message: Sentence("这个职场没有这个座席，请另选。", "This site has no such seat; choose another."))
            ])
        }
        let device = seat.map { Device.phone(uri: $0.phone) }
        try await exchange.office.ask(.signedIn(try agent(exchange), site: duty.site, device: device))
        return try await desk(exchange, status: .created)
    }

    private static func endDuty(_ exchange: Exchange) async throws -> Answer {
        let agent = try agent(exchange)
        try await exchange.office.ask(.signedOut(agent))
        await exchange.office.topics.endVoice(of: agent)
        await exchange.office.voice.close(agent: agent)
        if try await isBrowser(agent, exchange) { exchange.office.switchboard.tell(.unreachable(agent)) }
        return try await desk(exchange)
    }

    private static func setState(_ exchange: Exchange) async throws -> Answer {
        let asked = try exchange.form(SupervisorOperations.Asked.self)
        let pause = try asked.pause(in: exchange.office.centre)
        return try await asking(exchange) { .asked($1, asked.state, pause: pause) }
    }

    // MARK: Voice

    private static func openVoice(_ exchange: Exchange) async throws -> Answer {
        let agent = try await browserAgent(exchange)
        let offer = try await voicing(exchange) { try await $0.open(for: agent) }
        await exchange.office.topics.offerVoice(to: agent, leg: offer.leg, sdp: offer.sdp)
        return .json(["leg": .string(offer.leg)], status: .accepted)
    }

    private static func answerVoice(_ exchange: Exchange) async throws -> Answer {
        struct Reply: Decodable {
            let leg: String
            let sdp: String
        }
        let agent = try await browserAgent(exchange)
        let reply = try exchange.form(Reply.self)
        try await voicing(exchange) { try await $0.answer(agent: agent, leg: reply.leg, sdp: reply.sdp) }
        await exchange.office.topics.voiceAnswered(by: agent, leg: reply.leg)
        exchange.office.switchboard.tell(.reachable(agent))
        return try await desk(exchange)
    }

    private static func browserAgent(_ exchange: Exchange) async throws -> AgentID {
        let agent = try agent(exchange)
        guard try await isBrowser(agent, exchange) else { throw Problem.noBrowserVoice }
        return agent
    }

    private static func isBrowser(_ agent: AgentID, _ exchange: Exchange) async throws -> Bool {
        guard let device = await exchange.office.switchboard.read({ $0.agents[agent]?.device }) else {
            throw SwitchboardRefusal.unknownAgent
        }
        return device == .browser
    }

    /// An error that is not the page's fault means that there is no voice now, whatever Telephony calls it.
    private static func voicing<Result: Sendable>(
        _ exchange: Exchange, _ act: (any Voice) async throws -> Result
    ) async throws -> Result {
        guard case .on = await exchange.office.voice.state else { throw Problem.voiceOff }
        do {
            return try await act(exchange.office.voice)
        } catch let refusal as VoiceRefusal {
            throw refusal
        } catch {
            exchange.office.logger.warning("a voice leg failed", metadata: ["error": "\(type(of: error))"])
            throw Problem.voiceOff
        }
    }
}
