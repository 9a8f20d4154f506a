import Testing

@testable import Engine

/// What the orders of a category have to say besides.
struct ParticularTests {
    /// S10's own example is RR473124829GB; the others were counted by hand, with the check digits 0 and 5 that stand for 10 and 11.
    @Test(
        arguments: [
            ("RR473124829GB", "RR473124829GB"), ("ea 12345678 5 cn", "EA123456785CN"),
            ("EA-000000005-CN", "EA000000005CN"),
            ("EA000000010CN", nil), ("EA000000014CN", "EA000000014CN"), ("EA000000080CN", "EA000000080CN"),
            ("EA000000155CN", "EA000000155CN"), ("EA001000020CN", nil),
            ("EA100000003CN", "EA100000003CN"), ("EA123456784CN", nil), ("EA12345678CN", nil), ("E1123456785CN", nil),
            ("EA1234S6785CN", nil), ("ＥＡ123456785CN", nil), ("", nil), ("1234567890123", nil),
        ] as [(String, String?)])
    func mailItemNumbers(written: String, text: String?) {
        #expect(MailItemNumber(written)?.text == text)
    }

    @Test func aSlipOfTheTongueIsFound() {
        let right = Array("RR473124829GB")
        for place in 2..<11 {
            for digit in "0123456789" where digit != right[place] {
                var wrong = right
                wrong[place] = digit
                #expect(MailItemNumber(String(wrong)) == nil, "\(String(wrong))")
            }
        }
    }

    private static let asked: [Particular] = {
        var window = Particular(id: "when", name: "时段", englishName: "Time", kind: .choice)
        window.options = [.init(id: "am", name: "上午", englishName: "Morning")]
        return [
            Particular(id: "item", name: "邮件号", englishName: "Item", kind: .mailItem, required: true),
            Particular(id: "until", name: "何日前", englishName: "By", kind: .day), window,
            Particular(id: "remark", name: "说明", englishName: "Remark", kind: .text),
        ]
    }()

    private static func dispatched(_ particulars: [String: String]) throws -> WorkOrder {
        let zero = Moment(milliseconds: 0)
        let saved = try WorkOrderTests.apply(
            .save(WorkOrderTests.fume, particulars: particulars), to: WorkOrderTests.draft())
        return try saved.applying(
            .dispatch(to: "post", readBack: true), by: WorkOrderTests.agent, as: .intake(WorkOrderTests.agent),
            version: saved.version, at: zero, policy: .hangzhou, asked: asked
        ).order
    }

    @Test func whatIsAskedIsThereWhenABodyIsSentIt() throws {
        let order = try Self.dispatched([
            "item": " ea123456785cn ", "until": "2026-11-30", "when": "am", "remark": " 　", "other": "是另一类的",
        ])
        #expect(order.details.particulars == ["item": "EA123456785CN", "until": "2026-11-30", "when": "am"])
    }

    @Test(
        arguments: [
            ([:], WorkOrder.Refusal.particularMissing(asked[0])), (["item": " "], .particularMissing(asked[0])),
            (["item": "EA123456784CN"], .badParticular(asked[0])),
            (["item": "EA123456785CN", "until": "2026-02-30"], .badParticular(asked[1])),
            (["item": "EA123456785CN", "when": "night"], .badParticular(asked[2])),
            (["item": String(repeating: "长", count: 501)], .tooLong(.particulars, limit: 500)),
            (
                Dictionary(uniqueKeysWithValues: (0...20).map { ("p\($0)", "x") }),
                .tooMany(.particulars, limit: Particular.most)
            ),
        ] as [([String: String], WorkOrder.Refusal)])
    func whatIsMissingOrWrongIsRefused(particulars: [String: String], refusal: WorkOrder.Refusal) {
        #expect(throws: refusal) { try Self.dispatched(particulars) }
    }

    @Test func aSaveWithoutThemLeavesThemAsTheyAre() throws {
        let first = try WorkOrderTests.apply(
            .save(WorkOrderTests.fume, particulars: ["item": "EA1"]), to: WorkOrderTests.draft())
        let second = try WorkOrderTests.apply(.save(WorkOrderTests.fume), to: first)
        #expect(second.details.particulars == ["item": "EA1"], "half written, as a draft may be")
    }

    /// Whatever was misheard is put right by the rules it was sent by, and the story says what it was.
    @Test func aCorrectionTellsOldAndNew() throws {
        let sent = try Self.dispatched(["item": "EA123456785CN", "when": "am", "remark": "急件"])
        func correct(_ particulars: [String: String]) throws -> (order: WorkOrder, transition: WorkOrder.Transition) {
            try sent.applying(
                .correct(particulars: particulars), by: WorkOrderTests.agent, as: .intake(WorkOrderTests.agent),
                version: sent.version, at: Moment(milliseconds: 1), policy: .hangzhou, asked: Self.asked)
        }
        let (order, step) = try correct(["item": "rr 473124829 gb", "remark": "急件", "until": "2026-11-30"])
        #expect(order.details.particulars == ["item": "RR473124829GB", "remark": "急件", "until": "2026-11-30"])
        #expect(step.note == "item: EA123456785CN → RR473124829GB\nuntil: – → 2026-11-30\nwhen: am → –")
        #expect(order.state == sent.state && order.version == sent.version + 1)
        #expect(throws: WorkOrder.Refusal.particularMissing(Self.asked[0])) { try correct(["when": "am"]) }
        #expect(throws: WorkOrder.Refusal.badParticular(Self.asked[0])) { try correct(["item": "EA123456784CN"]) }
        #expect(throws: WorkOrder.Refusal.nothingToCorrect) {
            try correct(["item": "EA123456785CN", "when": " am ", "remark": "急件", "other": "x"])
        }
    }
}
