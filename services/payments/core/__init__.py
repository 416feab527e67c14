"""The core that the stories of payments share: a case's fees and payments, its ledger, and the facts published."""
