Feature: Scan a member
  A guide scans a member's card and serves them, without touching anything else.

  Background:
    Given a till in 上海南京西路店

  Scenario: The card leads to the person at once
    Given 陈思雨 is a member with the phone 13812346021
    When the guide scans the card of 陈思雨
    Then the till shows 陈思雨 with 138 **** 6021
    And a visit of 陈思雨 is running

  Scenario: What is scanned after the card belongs to the person
    Given 陈思雨 is a member with the phone 13812346021
    When the guide scans the card of 陈思雨
    And the guide scans the product 6901230010019 and marks it tried
    And the guide notes that she has 敏感肌
    And the guide finishes the visit
    Then the profile of 陈思雨 shows 1 visit with “舒缓修护精华 30ml” tried
    And 敏感肌 is among her preferences

  Scenario: A second customer parks the first
    Given 陈思雨 is a member with the phone 13812346021
    And 王敏 is a member with the phone 13712340001
    When the guide scans the card of 陈思雨
    And the guide scans the card of 王敏
    Then a visit of 王敏 is running
    And the visit of 陈思雨 is parked

  Scenario: A payment code is not a member
    When the guide scans 134567890123456789
    Then the guide reads 这是付款码,不是会员码;没有保存
    And the digits are nowhere on the till

  Scenario: The wrong product is taken back with one key
    When the guide scans the product 6901230010019 and marks it bought
    And the guide presses undo
    Then the product is only seen
