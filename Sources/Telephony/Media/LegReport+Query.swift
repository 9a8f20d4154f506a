extension LegReport {
    /// From rtpengine's `query`. Missing parts leave zeros: statistics are never worth an error.
    init(query: [String: Bencode]) {
        func stream(_ tag: String) -> Bencode? {
            query["tags"]?[tag]?["medias"]?.list?.first?["streams"]?.list?.first
        }
        packetsFromParty = stream("party")?["stats"]?["packets"]?.integer ?? 0
        packetsFromHub = stream("hub")?["stats"]?["packets"]?.integer ?? 0
        guard let source = stream("party")?["SSRC"]?.integer,
            let average = query["SSRC"]?["\(source)"]?["average MOS"]
        else { return }
        // rtpengine gives ten times the score, for lack of fractions.
        meanOpinionScore = average["MOS"]?.integer.map { Double($0) / 10 }
        lossPercent = average["packet loss"]?.integer.map(Double.init)
        jitterMilliseconds = average["jitter"]?.integer.map(Double.init)
    }
}
