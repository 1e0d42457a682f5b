"""Power cuts and disk errors under the till's own transactions: ``make powercut``.

The real services run once on a real till, and every statement they emit is kept. The statements are then carried out
anew on a disk made of memory, which can lose power before any of its operations and can fail in any of them. Every
commit that was answered must be there afterwards, no transaction may be there by half, and the file must be whole.

SQLCipher itself is not under it: apsw, which lets Python stand where the operating system does, carries an SQLite of
its own. The pages are the same, only not encrypted.
"""
