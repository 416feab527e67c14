"""The core that the stories of identity share: accounts, the numbers of persons and firms, the master key."""
