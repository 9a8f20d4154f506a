import Testing

@testable import Engine

@Suite struct RepeatIndexTests {
    private static let now = Moment(milliseconds: 1_795_327_500_000)
    private static let burst = RepeatIndex.Told(
        title: "北渡路水管爆裂", what: "北渡路与金桥街路口的自来水管爆裂，水漫到人行道，附近两个小区已经停水。", place: "北渡路金桥街口")

    private static func index(most: Int = RepeatIndex.mostOrders) -> RepeatIndex {
        var index = RepeatIndex(most: most)
        let others = [
            ("楼上夜间装修", "来电人反映楼上住户夜间装修用电锤拆墙，老人孩子睡不好。", "云锦苑"),
            ("电梯反复停运", "电梯一周来多次停在半层，困住一位带孩子的老人，物业没有下文。", "梅溪公寓"),
            ("路灯不亮", "这条路的路灯已经一个多月不亮，晚上下班的人很多，看不清路面。", "北渡路"),
            ("商家不退预付款", "健身房关门，办的年卡还有八个月，商家电话打不通，不退钱。", "金桥街"),
        ]
        for (number, each) in others.enumerated() {
            index.put(
                OrderID("other-\(number)"), .init(title: each.0, what: each.1, place: each.2), createdAt: now)
        }
        return index
    }

    @Test func twoWhoTellTheSameAreFound() {
        var index = Self.index()
        index.put("burst", Self.burst, createdAt: Self.now)
        let draft = RepeatIndex.Told(title: "", what: "金桥街路口水管爆了，自来水漫到人行道上", place: "")
        let found = index.like(draft, at: Self.now, limit: 5)
        #expect(found.map(\.order) == ["burst"])
        #expect(found.allSatisfy { (RepeatIndex.leastLikeness...1).contains($0.value) })
        let same = index.like(Self.burst, at: Self.now, limit: 5)
        #expect(same.first?.order == "burst" && same.first?.value == 1)
        #expect(index.like(Self.burst, at: Self.now, limit: 5, except: "burst").isEmpty)
        #expect(index.like(Self.burst, at: Self.now, limit: 0).isEmpty)
    }

    /// The same words about another estate are another matter; about the same one they are not.
    @Test func thePlaceTellsApart() {
        var index = Self.index()
        let what = "电梯反复停运，困住老人，物业贴出维修中后没有下文。"
        index.put("here", .init(title: "电梯停运", what: what, place: "滨河花园 3 幢"), createdAt: Self.now)
        index.put("there", .init(title: "电梯停运", what: what, place: "云锦苑 8 幢"), createdAt: Self.now)
        let found = index.like(
            .init(title: "电梯停运", what: what, place: "滨河花园 3 幢"), at: Self.now, limit: 5)
        #expect(found.first?.order == "here" && found.first?.value == 1)
        #expect((found.dropFirst().first { $0.order == "there" }?.value ?? 0) < 0.7)
    }

    @Test func aGreetingIsLikeNothing() {
        var index = Self.index()
        index.put("burst", Self.burst, createdAt: Self.now)
        for text in ["", "你好", "水管", "，。！"] {
            #expect(index.like(.init(title: "", what: text, place: ""), at: Self.now, limit: 5).isEmpty, "\(text)")
        }
    }

    @Test func whatIsOldOrRemovedOrRewrittenIsNotFound() {
        var index = Self.index()
        index.put("burst", Self.burst, createdAt: Self.now)
        let later = Self.now.adding(seconds: RepeatIndex.days * 86_400)
        #expect(index.like(Self.burst, at: later, limit: 5).map(\.order) == ["burst"])
        #expect(index.like(Self.burst, at: later.adding(milliseconds: 1), limit: 5).isEmpty)
        index.put("burst", .init(title: "路面积水", what: "昨天暴雨以后这一段积水没有退去。", place: ""), createdAt: Self.now)
        #expect(index.like(Self.burst, at: Self.now, limit: 5).isEmpty)
        index.put("burst", Self.burst, createdAt: Self.now)
        index.remove("burst")
        #expect(index.like(Self.burst, at: Self.now, limit: 5).isEmpty)
        index.removeAll(createdBefore: Self.now.adding(seconds: 1))
        #expect(index.count == 0)
    }

    /// More than it holds: the oldest go, a tenth at once, and the others are found as before.
    @Test func holdsTheNewest() {
        var index = RepeatIndex(most: 50)
        for number in 0..<500 {
            let told = RepeatIndex.Told(
                title: "", what: "第\(number)户居民反映\(String(number, radix: 7))号楼道灯不亮已有多日", place: "")
            index.put(OrderID("o\(number)"), told, createdAt: Self.now.adding(seconds: Int64(number)))
            #expect(index.count <= 50)
        }
        let newest = RepeatIndex.Told(title: "", what: "第499户居民反映\(String(499, radix: 7))号楼道灯不亮已有多日", place: "")
        #expect(index.like(newest, at: Self.now.adding(seconds: 500), limit: 1).map(\.order) == ["o499"])
        #expect(index.count > 40)
    }
}
