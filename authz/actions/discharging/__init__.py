"""The life of a discharge case and of its messages.  (Lag 2017:612)"""
