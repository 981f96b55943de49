"""Who and where: financeurs, credit lines, EPCIs, communes, territories, objectives, porteurs, charts of accounts."""
