"""What is asked: appels à projets, actions, their territories and plans de financement."""
